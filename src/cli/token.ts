import type { Config } from '../config.ts';
import { withKeySource } from '../config-development.ts';
import { signToken } from '../features/identity/development-token.ts';
import { type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '../kernel/clock.ts';
import { emailProblem, normalizeEmail } from '../kernel/email.ts';

/** Whom to make a token for, as typed at a command line. */
export interface TokenOptions {
  readonly email: string;
  readonly name?: string | undefined;
  /** An organization's id, for the `org_id` claim. */
  readonly org?: string | undefined;
  /** Such as 90s, 30m, 8h or 7d; eight hours when not given. */
  readonly expires?: string | undefined;
}

/**
 * A token that this server accepts, for trying things out.
 * @throws Error in production, with JWT_JWKS_URL (only its owner can sign), or for bad options
 */
export async function developmentToken(
  config: Config,
  { email, name, org, expires = '8h' }: TokenOptions,
  clock: Clock,
): Promise<string> {
  if (config.production) {
    throw new Error('Tokens are not made in production: your identity provider makes them.');
  }
  const { keySource } = withKeySource(config);
  if (keySource.kind === 'jwks') {
    throw new Error('With JWT_JWKS_URL only the owner of its keys can make tokens.');
  }
  const problem = emailProblem(email);
  if (problem !== null) throw new Error(`--email: ${problem}`);
  return signToken(
    { email: normalizeEmail(email), name, organizationId: org },
    {
      secret: keySource.secret,
      issuer: config.issuer,
      audience: config.audiences[0],
      lifetimeMs: durationMs(expires),
    },
    clock,
  );
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
};

function durationMs(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (!count || !unitMs) throw new Error('--expires: such as 90s, 30m, 8h or 7d.');
  return Number(count) * unitMs;
}
