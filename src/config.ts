import { isIP } from 'node:net';
import { join } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-problem.ts';
import { type Settings, VARIABLES, type Variable, type VariableName } from './config-variables.ts';
import type { KeySource } from './features/identity/token.ts';
import type { DocumentLimits } from './graphql/limits.ts';
import type { TrustedDocuments } from './graphql/trusted-documents.ts';
import type { Deadlines } from './http/listen.ts';
import type { RateLimits } from './http/rate-limit.ts';
import { editDistance, nearest } from './kernel/nearest.ts';
import type { SmtpOptions } from './mail/smtp-mailer.ts';

/** Everything that can be set, checked as a whole and complete. */
export interface Config {
  readonly production: boolean;
  /** No authentication was configured: the server makes its own secret, and says so. */
  readonly development: boolean;
  readonly port: number;
  /** Undefined listens on every address. */
  readonly host: string | undefined;
  /** The origin clients use, without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly databaseReplicaUrl: string | undefined;
  /** Where the last checkpoint of each log is kept, outside the database. */
  readonly checkpointDir: string;
  /** Seeds of the keys that sign, newest first; empty uses those in the data folder. */
  readonly signingKeys: readonly Uint8Array[];
  /** Public keys that sign no more. */
  readonly retiredKeys: readonly Uint8Array[];
  readonly migrateOnStart: boolean;
  readonly unsafeDurability: boolean;
  /** Whether a Postgres role that could get around the guards keeps the server from starting. */
  readonly requireRoles: boolean;
  /** Null only in development mode, until the secret in the data folder is read. */
  readonly keySource: KeySource | null;
  readonly issuer: string | undefined;
  /** Empty accepts every audience. */
  readonly audiences: readonly string[];
  readonly corsOrigins: readonly string[];
  /** How many proxies stand in front; 0 ignores X-Forwarded-For. */
  readonly trustedProxyCount: number;
  readonly bodyLimitBytes: number;
  readonly recordBodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  /** How long clients may take to say what they want. */
  readonly deadlines: Deadlines;
  readonly documentLimits: DocumentLimits;
  /** The most points that one operation may cost. */
  readonly costLimit: number;
  readonly largestPageSize: number;
  /** Null limits nobody. */
  readonly rateLimits: RateLimits | null;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  /** Null lets every document run. */
  readonly trustedDocuments: TrustedDocuments | null;
  /** Null mails nothing in production, and prints mails otherwise. */
  readonly smtp: SmtpOptions | null;
  /** The page that accepts invitations, with `{token}` in it. */
  readonly invitationUrl: string | undefined;
  readonly logLevel: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration that an environment describes. Empty values count as absent.
 * @throws ConfigError with every problem at once
 */
export function readConfig(environment: Environment = process.env): Config {
  const { settings, problems } = readSettings(environment);
  problems.push(...misspellings(environment), ...contradictions(settings));
  if (problems.length > 0) throw new ConfigError(problems);
  return assemble(settings as Settings);
}

function readSettings(environment: Environment) {
  const settings: Partial<Settings> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, variable] of Object.entries(VARIABLES) as [VariableName, Variable<unknown>][]) {
    const given = environment[name] || undefined;
    const parsed = variable.schema.safeParse(given);
    if (parsed.success) Object.assign(settings, { [name]: parsed.data });
    else problems.push(problemOf(name, variable, given ?? ''));
  }
  return { settings, problems };
}

function problemOf(variable: string, { rule, choices, secret }: Variable<unknown>, given: string) {
  const suggestion = choices && nearest(given.toLowerCase(), choices);
  return {
    variable,
    given: secret ? `(${Buffer.byteLength(given)} bytes)` : JSON.stringify(given.slice(0, 60)),
    rule: suggestion ? `${rule}; did you mean ${suggestion}?` : rule,
  };
}

/** Names so short that a near miss is likely another program's variable. */
const SHORT_NAME_LENGTH = 6;
const SLIPS = 2;

function misspellings(environment: Environment): ConfigProblem[] {
  const known = Object.keys(VARIABLES);
  const long = known.filter((name) => name.length > SHORT_NAME_LENGTH);
  return Object.keys(environment)
    .filter((name) => name.length > SHORT_NAME_LENGTH && !known.includes(name))
    .flatMap((variable) => {
      const bare = variable.replace(/^ORGTRAIL_/, '');
      const meant = nearest(bare, long);
      return meant && editDistance(bare, meant) <= SLIPS
        ? [{ variable, given: '(set)', rule: `not a setting; did you mean ${meant}?` }]
        : [];
    });
}

function contradictions(settings: Partial<Settings>): ConfigProblem[] {
  return [
    ...authProblems(settings),
    ...postgresProblems(settings),
    ...(settings.AUDIT_RETIRED_KEYS?.length && !settings.AUDIT_SIGNING_KEYS?.length
      ? [refusal('AUDIT_RETIRED_KEYS', '(set)', 'given only with AUDIT_SIGNING_KEYS')]
      : []),
    ...(settings.SMTP_URL && !settings.MAIL_FROM
      ? [refusal('MAIL_FROM', '(absent)', 'given with SMTP_URL')]
      : []),
    ...((settings.RECORD_BODY_LIMIT_BYTES ?? Infinity) < (settings.BODY_LIMIT_BYTES ?? 0)
      ? [refusal('RECORD_BODY_LIMIT_BYTES', '(set)', 'at least BODY_LIMIT_BYTES')]
      : []),
  ];
}

/** What only Postgres can do. */
function postgresProblems(settings: Partial<Settings>): ConfigProblem[] {
  if (settings.DATABASE_URL?.startsWith('postgres')) return [];
  const rule = 'given only with a Postgres DATABASE_URL';
  return [
    ...(settings.DATABASE_REPLICA_URL ? [refusal('DATABASE_REPLICA_URL', '(set)', rule)] : []),
    ...(settings.RATE_LIMIT_STORE === 'postgres'
      ? [refusal('RATE_LIMIT_STORE', '"postgres"', rule)]
      : []),
  ];
}

function authProblems({ NODE_ENV, JWT_SECRET, JWT_JWKS_URL }: Partial<Settings>): ConfigProblem[] {
  if (JWT_SECRET && JWT_JWKS_URL) {
    return [refusal('JWT_SECRET', '(set)', 'given only without JWT_JWKS_URL')];
  }
  if (NODE_ENV !== 'production') return [];
  if (!JWT_JWKS_URL) {
    const rule = 'given in production, if not JWT_JWKS_URL';
    return JWT_SECRET ? [] : [refusal('JWT_SECRET', '(absent)', rule)];
  }
  return isSafeKeyAddress(JWT_JWKS_URL)
    ? []
    : [refusal('JWT_JWKS_URL', JSON.stringify(JWT_JWKS_URL), VARIABLES.JWT_JWKS_URL.rule)];
}

const refusal = (variable: VariableName, given: string, rule: string): ConfigProblem => ({
  variable,
  given,
  rule,
});

function isSafeKeyAddress(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || hostname === 'localhost' || isLoopback(hostname);
}

const isLoopback = (host: string): boolean =>
  host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

function keySourceOf({ JWT_SECRET, JWT_JWKS_URL }: Settings): KeySource | null {
  if (JWT_SECRET) return { kind: 'secret', secret: JWT_SECRET };
  return JWT_JWKS_URL ? { kind: 'jwks', url: new URL(JWT_JWKS_URL) } : null;
}

const smtpOf = ({ SMTP_URL, MAIL_FROM }: Settings): SmtpOptions | null =>
  SMTP_URL ? { url: SMTP_URL, from: MAIL_FROM ?? '' } : null;

const rateLimitsOf = (settings: Settings): RateLimits | null =>
  (settings.RATE_LIMIT ?? true)
    ? {
        perCaller: settings.RATE_LIMIT_PER_CALLER,
        perAddress: settings.RATE_LIMIT_PER_ADDRESS,
        failedSignIns: settings.RATE_LIMIT_FAILED_SIGN_INS,
        windowSeconds: settings.RATE_LIMIT_WINDOW_SECONDS,
        isShared: settings.RATE_LIMIT_STORE === 'postgres',
      }
    : null;

const documentLimitsOf = (settings: Settings): DocumentLimits => ({
  tokens: settings.DOCUMENT_LIMIT_TOKENS,
  depth: settings.DOCUMENT_LIMIT_DEPTH,
  nesting: settings.DOCUMENT_LIMIT_NESTING,
  aliases: settings.DOCUMENT_LIMIT_ALIASES,
  directives: settings.DOCUMENT_LIMIT_DIRECTIVES,
  fields: settings.DOCUMENT_LIMIT_FIELDS,
  repeats: settings.DOCUMENT_LIMIT_REPEATS,
});

const deadlinesOf = (settings: Settings): Deadlines => ({
  headersMs: settings.HEADERS_TIMEOUT_MS,
  bodyMs: settings.BODY_TIMEOUT_MS,
  idleMs: settings.STREAM_IDLE_TIMEOUT_MS,
});

const checkpointsOf = (settings: Settings) => ({
  checkpointDir: settings.CHECKPOINT_DIR ?? join(settings.DATA_DIR, 'checkpoints'),
  signingKeys: settings.AUDIT_SIGNING_KEYS,
  retiredKeys: settings.AUDIT_RETIRED_KEYS,
});

const databaseOf = (settings: Settings) => ({
  databaseUrl: settings.DATABASE_URL ?? `file:${join(settings.DATA_DIR, 'orgtrail.db')}`,
  databaseReplicaUrl: settings.DATABASE_REPLICA_URL,
  migrateOnStart: settings.MIGRATE_ON_START ?? false,
  unsafeDurability: settings.UNSAFE_DURABILITY ?? false,
  requireRoles: settings.REQUIRE_ROLES ?? false,
});

function assemble(settings: Settings): Config {
  const production = settings.NODE_ENV === 'production';
  const keySource = keySourceOf(settings);
  return {
    production,
    development: keySource === null,
    port: settings.PORT,
    host: settings.HOST ?? (keySource === null ? '127.0.0.1' : undefined),
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`,
    dataDir: settings.DATA_DIR,
    ...databaseOf(settings),
    ...checkpointsOf(settings),
    keySource,
    issuer: settings.JWT_ISSUER,
    audiences: settings.JWT_AUDIENCE,
    corsOrigins: settings.CORS_ORIGINS,
    trustedProxyCount: settings.TRUST_PROXY,
    bodyLimitBytes: settings.BODY_LIMIT_BYTES,
    recordBodyLimitBytes: settings.RECORD_BODY_LIMIT_BYTES,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    deadlines: deadlinesOf(settings),
    documentLimits: documentLimitsOf(settings),
    costLimit: settings.OPERATION_LIMIT_COST,
    largestPageSize: settings.PAGE_LIMIT_ROWS,
    rateLimits: rateLimitsOf(settings),
    graphiql: settings.GRAPHIQL ?? !production,
    introspection: settings.INTROSPECTION ?? true,
    trustedDocuments: settings.TRUSTED_DOCUMENTS,
    smtp: smtpOf(settings),
    invitationUrl: settings.INVITATION_URL,
    logLevel: settings.LOG_LEVEL ?? 'info',
  };
}
