import { z } from 'zod';
import { readTrustedDocuments } from './config-trusted-documents.ts';
import { DEADLINES } from './http/listen.ts';
import { emailProblem } from './kernel/email.ts';
import { LARGEST_PAGE_SIZE } from './kernel/paging.ts';

/** One environment variable: the rule it must keep, in words and in code. */
export interface Variable<T> {
  /** Completes the sentence "NAME must be …". */
  readonly rule: string;
  /** Turns the text into the value; undefined stands for an absent or empty variable. */
  readonly schema: z.ZodType<T>;
  /** The words it accepts, where it is a choice. */
  readonly choices?: readonly string[];
  /** Its value is never printed. */
  readonly secret?: true;
}

const text = <T>(rule: string, schema: z.ZodType<T>): Variable<T> => ({ rule, schema });

const secret = <T>(rule: string, schema: z.ZodType<T>): Variable<T> => ({
  rule,
  schema,
  secret: true,
});

const choice = <const C extends readonly string[]>(
  choices: C,
): Variable<C[number] | undefined> => ({
  rule: `one of ${choices.join(', ')}`,
  schema: z.enum(choices).optional(),
  choices,
});

const SWITCHES = { on: true, off: false, true: true, false: false, '1': true, '0': false };

const onOff: Variable<boolean | undefined> = {
  rule: 'one of on, off (or true, false, 1, 0)',
  schema: z
    .enum(['on', 'off', 'true', 'false', '1', '0'])
    .transform((word) => SWITCHES[word])
    .optional(),
  choices: ['on', 'off'],
};

function whole(from: number, to: number, standard: number): Variable<number> {
  return text(
    `a whole number from ${from} to ${to}`,
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .refine((value) => value >= from && value <= to)
      .default(standard),
  );
}

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Keys of 32 bytes in base64. */
const keys = z
  .string()
  .transform(list)
  .refine((texts) => texts.every((text) => /^[A-Za-z0-9+/]{43}=$/.test(text)))
  .transform((texts) => texts.map((text) => Buffer.from(text, 'base64')))
  .default([]);

const urlWith = (protocols: readonly string[]) => (value: string) =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

const isOrigin = (value: string): boolean =>
  urlWith(['http:', 'https:'])(value) && new URL(value).origin === value;

const POSTGRES_PROTOCOLS = ['postgres:', 'postgresql:'];
const MEBIBYTE = 1_048_576;

/** Every variable the server reads; nothing else in the environment means anything to it. */
export const VARIABLES = {
  NODE_ENV: choice(['production', 'development', 'test']),
  PORT: whole(0, 65_535, 4000),
  HOST: text(
    'a host name or address to listen on',
    z
      .string()
      .regex(/^[\w.:%-]{1,255}$/)
      .optional(),
  ),
  PUBLIC_URL: text(
    'the origin that clients use, such as https://audit.example.com, without a path',
    z.string().refine(isOrigin).optional(),
  ),
  DATA_DIR: text('a folder', z.string().max(4096).default('./data')),
  DATABASE_URL: secret(
    'file:PATH for SQLite, or postgres://USER:PASSWORD@HOST/DATABASE',
    z
      .string()
      .refine((value) => /^file:./.test(value) || urlWith(POSTGRES_PROTOCOLS)(value))
      .optional(),
  ),
  DATABASE_REPLICA_URL: secret(
    'postgres://USER:PASSWORD@HOST/DATABASE',
    z.string().refine(urlWith(POSTGRES_PROTOCOLS)).optional(),
  ),
  CHECKPOINT_DIR: text('a folder', z.string().max(4096).optional()),
  AUDIT_SIGNING_KEYS: secret(
    'one or more Ed25519 seeds of 32 bytes in base64, comma-separated, the newest first',
    keys,
  ),
  AUDIT_RETIRED_KEYS: text(
    'Ed25519 public keys of 32 bytes in base64, comma-separated, the newest first',
    keys,
  ),
  MIGRATE_ON_START: onOff,
  UNSAFE_DURABILITY: onOff,
  REQUIRE_ROLES: onOff,
  JWT_SECRET: secret(
    'at least 32 bytes (RFC 7518, section 3.2)',
    z
      .string()
      .refine((value) => Buffer.byteLength(value) >= 32)
      .optional(),
  ),
  JWT_JWKS_URL: text(
    'an https:// address (http:// only outside of production, or on this machine)',
    z
      .string()
      .refine(urlWith(['http:', 'https:']))
      .optional(),
  ),
  JWT_ISSUER: text('at most 1,000 characters', z.string().max(1000).optional()),
  JWT_AUDIENCE: text('one or more names, comma-separated', z.string().transform(list).default([])),
  CORS_ORIGINS: text(
    'origins such as https://app.example.com, comma-separated, without a path or a wildcard',
    z
      .string()
      .transform(list)
      .refine((origins) => origins.every(isOrigin))
      .default([]),
  ),
  TRUST_PROXY: whole(0, 10, 0),
  BODY_LIMIT_BYTES: whole(1024, 64 * MEBIBYTE, MEBIBYTE),
  RECORD_BODY_LIMIT_BYTES: whole(1024, 64 * MEBIBYTE, 8 * MEBIBYTE),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 15_000),
  HEADERS_TIMEOUT_MS: whole(1000, 60_000, DEADLINES.headersMs),
  BODY_TIMEOUT_MS: whole(1000, 600_000, DEADLINES.bodyMs),
  STREAM_IDLE_TIMEOUT_MS: whole(2000, 3_600_000, DEADLINES.idleMs),
  DOCUMENT_LIMIT_TOKENS: whole(100, 20_000, 2000),
  DOCUMENT_LIMIT_DEPTH: whole(3, 50, 12),
  DOCUMENT_LIMIT_NESTING: whole(10, 200, 64),
  DOCUMENT_LIMIT_ALIASES: whole(0, 1000, 30),
  DOCUMENT_LIMIT_DIRECTIVES: whole(0, 100, 5),
  DOCUMENT_LIMIT_FIELDS: whole(10, 2000, 250),
  DOCUMENT_LIMIT_REPEATS: whole(1, 50, 5),
  OPERATION_LIMIT_COST: whole(100, 100_000, 20_000),
  PAGE_LIMIT_ROWS: whole(1, LARGEST_PAGE_SIZE, LARGEST_PAGE_SIZE),
  RATE_LIMIT: onOff,
  RATE_LIMIT_PER_CALLER: whole(1, 10_000_000, 6000),
  RATE_LIMIT_PER_ADDRESS: whole(1, 10_000_000, 12_000),
  RATE_LIMIT_FAILED_SIGN_INS: whole(1, 10_000_000, 60),
  RATE_LIMIT_WINDOW_SECONDS: whole(1, 86_400, 60),
  RATE_LIMIT_STORE: choice(['memory', 'postgres']),
  GRAPHIQL: onOff,
  INTROSPECTION: onOff,
  TRUSTED_DOCUMENTS: text(
    'a JSON file of documents by their hashes, such as persisted-documents.json of GraphQL Code Generator',
    z
      .string()
      .transform(readTrustedDocuments)
      .refine((documents) => documents !== null)
      .nullable()
      .default(null),
  ),
  SMTP_URL: secret(
    'smtp://HOST or smtps://USER:PASSWORD@HOST',
    z
      .string()
      .refine(urlWith(['smtp:', 'smtps:']))
      .optional(),
  ),
  MAIL_FROM: text(
    'an email address',
    z
      .string()
      .refine((value) => emailProblem(value) === null)
      .optional(),
  ),
  INVITATION_URL: text(
    'an https:// or http:// address with {token} in it',
    z
      .string()
      .refine((value) => value.includes('{token}') && urlWith(['http:', 'https:'])(value))
      .optional(),
  ),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
} as const;

export type VariableName = keyof typeof VARIABLES;

/** What the environment says, each variable on its own. */
export type Settings = {
  [Name in VariableName]: (typeof VARIABLES)[Name] extends Variable<infer T> ? T : never;
};
