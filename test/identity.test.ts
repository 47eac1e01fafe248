import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { bearerToken } from '../src/features/identity/bearer.ts';
import { developmentSubject, signToken } from '../src/features/identity/development-token.ts';
import { type TokenRules, tokenVerifier } from '../src/features/identity/token.ts';
import { UnauthenticatedError } from '../src/kernel/errors.ts';

const SECRET = 'a secret of this test, with more than 32 bytes';
const NOW = new Date('2026-03-01T12:00:00Z');
const seconds = NOW.getTime() / 1000;
const CLAIMS = { sub: 'ada', email: 'ada@example.com', exp: seconds + 60 };

const sign = (claims: Record<string, unknown>, secret = SECRET, header = {}): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(secret));

const verifier = (rules: Partial<TokenRules> = {}) =>
  tokenVerifier({ keySource: { kind: 'secret', secret: SECRET }, ...rules }, () => NOW);

/** Why a token is refused; 'accepted' when it is not. */
async function verdict(token: string, rules: Partial<TokenRules> = {}): Promise<string> {
  try {
    await verifier(rules)(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof UnauthenticatedError) return error.reason;
    throw error;
  }
}

describe('a token', () => {
  test('says who the caller is', async () => {
    const token = await sign({
      ...CLAIMS,
      email: ' Ada@Example.com',
      name: 'Ada',
      org_id: 'org_1',
    });
    expect(await verifier()(token)).toEqual({
      kind: 'user',
      subject: 'ada',
      email: 'ada@example.com',
      name: 'Ada',
      organizationId: 'org_1',
      expiresAtMs: expect.any(Number),
    });
  });

  test.each([
    ['in its time', { exp: seconds + 1 }, 'accepted'],
    ['a little late, as clocks differ', { exp: seconds - 4 }, 'accepted'],
    ['too late', { exp: seconds - 6 }, 'expired'],
    ['without an end', { exp: undefined }, 'invalid'],
    ['before its time', { nbf: seconds + 60 }, 'invalid'],
    ['without a subject', { sub: undefined }, 'invalid'],
    ['with a blank subject', { sub: '  ' }, 'invalid'],
    ['with a control character in its subject', { sub: 'a\u0000b' }, 'invalid'],
    ['without an address', { email: undefined }, 'invalid'],
    ['with no address in its address', { email: 'ada' }, 'invalid'],
    ['with a list of addresses', { email: ['ada@example.com'] }, 'invalid'],
    ['with an address nobody has checked', { email_verified: false }, 'invalid'],
  ])('%s is judged', async (_, claims, expected) => {
    expect(await verdict(await sign({ ...CLAIMS, ...claims }))).toBe(expected);
  });

  test('must name the issuer and one of the audiences, where these are set', async () => {
    const rules = { issuer: 'https://id.example.com', audiences: ['orgtrail', 'other'] };
    const right = { ...CLAIMS, iss: 'https://id.example.com', aud: 'orgtrail' };
    expect(await verdict(await sign(right), rules)).toBe('accepted');
    expect(await verdict(await sign({ ...right, iss: 'https://evil.example' }), rules)).toBe(
      'invalid',
    );
    expect(await verdict(await sign({ ...right, aud: 'billing' }), rules)).toBe('invalid');
    expect(await verdict(await sign(CLAIMS), rules)).toBe('invalid');
  });
});

describe('a forged token', () => {
  test('without a signature is refused', async () => {
    expect(await verdict(new UnsecuredJWT(CLAIMS).encode())).toBe('invalid');
    const [header, payload] = (await sign(CLAIMS)).split('.');
    expect(await verdict(`${header}.${payload}.`)).toBe('invalid');
  });

  test.each(['None', 'NONE', 'nOnE', 'HS512', 'RS256', ''])(
    'that names the algorithm %o is refused',
    async (alg) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part({ alg })}.${part(CLAIMS)}`;
      const signature = createHmac('sha512', SECRET).update(signed).digest('base64url');
      expect(await verdict(`${signed}.${signature}`)).toBe('invalid');
    },
  );

  test('by another secret is refused, and so is one that was changed', async () => {
    expect(await verdict(await sign(CLAIMS, 'another secret, with more than 32 bytes too'))).toBe(
      'invalid',
    );
    const [header, , signature] = (await sign(CLAIMS)).split('.');
    const payload = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'eve' })).toString('base64url');
    expect(await verdict(`${header}.${payload}.${signature}`)).toBe('invalid');
  });

  test.each(["' OR 1=1 --", '../../../../dev/null', 'http://evil.example/key', ''])(
    'gains nothing by the key id %o or a key of its own',
    async (kid) => {
      const header = { kid, jku: 'http://127.0.0.1:1/keys', jwk: { kty: 'oct', k: 'AAAA' } };
      expect(await verdict(await sign(CLAIMS, 'x'.repeat(40), header))).toBe('invalid');
      expect(await verdict(await sign(CLAIMS, SECRET, header))).toBe('accepted');
    },
  );

  test('gains nothing by a key id of 100,000 characters', async () => {
    const header = { kid: 'k'.repeat(100_000) };
    expect(await verdict(await sign(CLAIMS, 'x'.repeat(40), header))).toBe('invalid');
  });

  /** A token of these texts, whatever they are, signed with the right secret. */
  const signedText = (header: string, payload: string): string => {
    const signed = [header, payload].map((text) => Buffer.from(text).toString('base64url'));
    const signature = createHmac('sha256', SECRET).update(signed.join('.')).digest('base64url');
    return `${signed.join('.')}.${signature}`;
  };

  test('that says a thing twice is judged by the last, in the signature as in the claims', async () => {
    const claims = JSON.stringify(CLAIMS);
    expect(await verdict(signedText('{"alg":"HS256","alg":"none"}', claims))).toBe('invalid');
    const unsigned = signedText('{"alg":"none","alg":"HS256"}', claims).replace(/[^.]+$/, '');
    expect(await verdict(unsigned)).toBe('invalid');
    const late = claims.replace('{', '{"sub":"eve",').replace(/}$/, ',"exp":1}');
    expect(await verdict(signedText('{"alg":"HS256"}', late))).toBe('expired');
    const twice = claims.replace('{', '{"sub":"eve","email":"eve@example.com",');
    expect(await verifier()(signedText('{"alg":"HS256"}', twice))).toMatchObject({
      subject: 'ada',
      email: 'ada@example.com',
    });
  });

  test.each(['{"alg":"HS256","cty":"JWT"}', '{"alg":"HS256"}'])(
    'that is wrapped without a signature in a signed one is refused: %s',
    async (header) => {
      const unsecured = new UnsecuredJWT(CLAIMS).encode();
      expect(await verdict(signedText(header, unsecured))).toBe('invalid');
      expect(await verdict(signedText(header, JSON.stringify(unsecured)))).toBe('invalid');
    },
  );

  test('with a critical extension that nobody knows is refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', crit: ['exp'], exp: 1 })}.${part(CLAIMS)}`;
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64url');
    expect(await verdict(`${signed}.${signature}`)).toBe('invalid');
  });

  test('of any rubbish is refused, never a failure of ours', async () => {
    const [header = '', payload = ''] = (await sign(CLAIMS)).split('.');
    const part = fc.oneof(
      fc.constantFrom(header, payload, '', 'eyJ9'),
      fc.base64String(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        expect(await verdict(parts.join('.'))).toBe('invalid');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the Authorization header', () => {
  test.each([
    ['Bearer abc.def', 'abc.def'],
    ['bearer  abc=', 'abc='],
  ])('%o carries a token', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  test.each([
    [null, 'missing'],
    ['', 'missing'],
    ['Basic YTpi', 'invalid'],
    ['Bearer', 'invalid'],
    ['Bearer a b', 'invalid'],
    ['Bearer a, Bearer b', 'invalid'],
    [`Bearer ${'a'.repeat(8_190)}`, 'invalid'],
  ])('%.20o is refused', (header, reason) => {
    expect(() => bearerToken(header)).toThrow(expect.objectContaining({ reason }));
  });
});

test('a development token is accepted by the server that made it, and always means the same person', async () => {
  const rules = { secret: SECRET, issuer: 'us', audience: 'orgtrail', lifetimeMs: 60_000 };
  const token = await signToken({ email: 'ada@example.com', name: 'Ada' }, rules, () => NOW);
  const identity = await verifier({ issuer: 'us', audiences: ['orgtrail'] })(token);
  expect(identity.subject).toBe(developmentSubject('ada@example.com'));
});
