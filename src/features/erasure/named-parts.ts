import type { ErasablePart } from '../../database/guard-conditions.ts';
import { selected } from '../../database/selected.ts';
import type { AuditChange } from '../../ledger/catalogue.ts';
import { addressFinder } from './address-finder.ts';

/** An entry's columns in which a person may be named. */
export interface NamingRow {
  readonly sequence: number | bigint;
  readonly action: string;
  readonly resourceType: string | null;
  readonly resourceUID: string | null;
  readonly actorId: string | null;
  readonly email: string | null;
  readonly actorName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: string | null;
  readonly changes: string | null;
  readonly metadata: string;
}

const COLUMNS = {
  ACTOR: ['email', 'actorName', 'ip', 'userAgent', 'requestId'],
  CONTENT: ['details', 'changes', 'metadata'],
  ACTION: ['action'],
  ACTOR_ID: ['actorId'],
  RESOURCE_TYPE: ['resourceType'],
  RESOURCE_UID: ['resourceUID'],
} as const satisfies Record<ErasablePart, readonly (keyof NamingRow)[]>;

const PARTS = Object.keys(COLUMNS) as readonly ErasablePart[];

const READ = ['sequence', ...Object.values(COLUMNS).flat()] as const;

/** The columns that are read to find a person, as SQL. */
export const NAMING_COLUMNS = READ.map((column) => `"${column}"`).join(', ');

/** The same as Prisma is asked for them. */
export const NAMING_SELECT = selected(READ);

/**
 * Finds the parts of an entry in which a person stands by their address: as the actor, in the
 * content, in columns of the body; none when they do not.
 */
export function partsFinder(email: string): (row: NamingRow) => ErasablePart[] {
  const names = addressFinder(email);
  const inPath = addressFinder(email, 'path');
  return (row) =>
    PARTS.filter(
      (part) =>
        COLUMNS[part].some((column) => names(row[column])) ||
        (part === 'CONTENT' && pathsOf(row).some(inPath)),
    );
}

const pathsOf = ({ changes }: NamingRow): string[] =>
  changes === null ? [] : (JSON.parse(changes) as AuditChange[]).map(({ path }) => path);
