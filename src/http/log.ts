import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

const SECRETS = [
  'authorization',
  'cookie',
  'secret',
  'token',
  'password',
  'JWT_SECRET',
  'DATABASE_URL',
];

/** What looks like a credential inside free text: a JWT, an API key, the password of an address. */
const CREDENTIALS =
  /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|otk_[\w-]{6,}|(?<=:\/\/[^\s:@/]{0,100}:)[^\s@/]{1,200}(?=@)/g;

/** Text without the credentials in it. */
export const redacted = (text: string): string => text.replace(CREDENTIALS, '[redacted]');

/** A log of JSON lines (pino), on the standard output unless said otherwise, without secrets. */
export const openLog = (level: string, destination?: DestinationStream): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      serializers: { err: describeError },
    },
    ...(destination ? [destination] : []),
  );

/** An error and what caused it, as far as five deep. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return redacted(String(error));
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: redacted(error.message),
    stack: redacted(error.stack ?? ''),
    ...(error.cause !== undefined && depth < 5
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}
