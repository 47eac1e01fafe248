import { guardsOf } from './guard-sql.ts';

/** The three roles of a database. */
export interface RoleNames {
  /** Owns tables and triggers, and migrates. */
  readonly owner: string;
  /** What the server connects as: no right to change, remove or truncate entries. */
  readonly app: string;
  /** What the functions of retention and erasure act as; nobody can sign in as it. */
  readonly retention: string;
}

/** The names of the roles that begin alike. @throws Error the beginning is no plain name */
export function roleNames(prefix = 'orgtrail'): RoleNames {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(prefix)) {
    throw new Error('The names of roles begin with a plain lower-case word, such as orgtrail.');
  }
  return { owner: `${prefix}_owner`, app: `${prefix}_app`, retention: `${prefix}_retention` };
}

const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
export type Privilege = (typeof ALL)[number] | 'TRUNCATE' | 'TRIGGER';

/** What a guard lets pass in part, the server has to be allowed to try. */
const PARTLY_GUARDED: Record<string, readonly Privilege[]> = { Ledger: ['UPDATE'] };

/** Prisma's record of the migrations, which the server reads at its start. */
const HISTORY = '_prisma_migrations';

/** What the server may do with a table: all but what a guard refuses. */
export function appPrivileges(table: string): readonly Privilege[] {
  if (table === HISTORY) return ['SELECT'];
  const guarded: Privilege[] = guardsOf('postgresql')
    .filter((guard) => guard.table === table)
    .map(({ verb }) => verb);
  return ALL.filter(
    (privilege) =>
      !guarded.includes(privilege) || (PARTLY_GUARDED[table] ?? []).includes(privilege),
  );
}

/** What the functions of retention and erasure need: what triggers look at, and what they let pass. */
const RETENTION_PRIVILEGES: Record<string, readonly Privilege[]> = {
  AuditLog: ['SELECT', 'UPDATE', 'DELETE'],
  RecordedKey: ['SELECT', 'UPDATE'],
  PrunedLeaf: ['SELECT', 'INSERT'],
  Ledger: ['SELECT', 'UPDATE'],
  RetentionRun: ['SELECT'],
  LegalHold: ['SELECT'],
};

/** A table, a sequence or a function of the schema. */
export interface SchemaObjects {
  readonly tables: readonly string[];
  readonly sequences: readonly string[];
  /** With their arguments, as in `erase_salts(integer, bytea[])`. */
  readonly functions: readonly { readonly signature: string; readonly isDefiner: boolean }[];
  /** Of the server, such as 180000. */
  readonly version: number;
  /** Whether whoever makes the roles may do anything; else they own the database and may make roles. */
  readonly isSuperuser: boolean;
}

/**
 * The statements that make the roles and give each what it needs and no more, of all that stands in
 * a schema now; run them again after each migration. A superuser runs them, or who owns the database
 * and may make roles: they are a member of the new owners while they hand things over to them.
 */
export function rolesSql(
  schema: string,
  { owner, app, retention }: RoleNames,
  { tables, sequences, functions, version, isSuperuser }: SchemaObjects,
): string[] {
  const grant = (what: string, to: string) => `GRANT ${what} TO ${to}`;
  const onTable = (privileges: readonly string[], table: string, to: string) =>
    grant(`${privileges.join(', ')} ON ${schema}."${table}"`, to);
  return [
    ...[owner, app].map((role) => created(role, 'LOGIN')),
    created(retention, 'NOLOGIN'),
    grant(retention, owner),
    ...(isSuperuser
      ? []
      : [
          grant(`${owner}, ${retention}`, 'CURRENT_USER'),
          grant(`CREATE ON SCHEMA ${schema}`, retention),
        ]),
    `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`,
    grant(`USAGE, CREATE ON SCHEMA ${schema}`, owner),
    grant(`USAGE ON SCHEMA ${schema}`, `${app}, ${retention}`),
    ...tables.map((table) => `ALTER TABLE ${schema}."${table}" OWNER TO ${owner}`),
    ...functions.map(
      ({ signature, isDefiner }) =>
        `ALTER FUNCTION ${schema}.${signature} OWNER TO ${isDefiner ? retention : owner}`,
    ),
    ...['TABLES', 'SEQUENCES', 'FUNCTIONS'].map(
      (kind) => `REVOKE ALL ON ALL ${kind} IN SCHEMA ${schema} FROM PUBLIC, ${app}`,
    ),
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${retention}`,
    ...tables.map((table) => onTable(appPrivileges(table), table, app)),
    ...tables.flatMap((table) => {
      const needed = RETENTION_PRIVILEGES[table];
      return needed ? [onTable(needed, table, retention)] : [];
    }),
    // From Postgres 17 on; before, only the owner can vacuum what erasure has emptied.
    ...(version >= 170_000
      ? tables.filter((table) => table !== HISTORY).map((t) => onTable(['MAINTAIN'], t, app))
      : []),
    ...sequences.map((sequence) => grant(`USAGE ON SEQUENCE ${schema}."${sequence}"`, app)),
    grant(`EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema}`, `${owner}, ${app}, ${retention}`),
    ...(isSuperuser
      ? []
      : [
          `REVOKE CREATE ON SCHEMA ${schema} FROM ${retention}`,
          `REVOKE ${owner}, ${retention} FROM CURRENT_USER`,
        ]),
  ];
}

const created = (role: string, login: 'LOGIN' | 'NOLOGIN'): string =>
  `DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} ${login}; END IF;
END $$`;
