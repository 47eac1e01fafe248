import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { COOLDOWN_MS, FRESH_MS, STALE_MS } from '../src/features/identity/remote-keys.ts';
import { tokenVerifier } from '../src/features/identity/token.ts';
import { UnauthenticatedError, UnavailableError } from '../src/kernel/errors.ts';

interface Signer {
  readonly jwk: JWK;
  readonly publicKey: CryptoKey;
  sign(claims?: Record<string, unknown>, header?: object): Promise<string>;
}

let nowMs = Date.parse('2026-03-01T12:00:00Z');
const clock = () => new Date(nowMs);

async function newSigner(alg: string, kid?: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), alg, ...(kid && { kid }) },
    publicKey,
    sign: (claims = {}, header = {}) =>
      new SignJWT({ email: 'ada@example.com', ...claims })
        .setProtectedHeader({ alg, ...(kid && { kid }), ...header })
        .setSubject('ada')
        .setExpirationTime(nowMs / 1000 + 172_800)
        .sign(privateKey),
  };
}

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A key server on this machine whose answer each test changes as it likes. */
async function keyServer(...keys: JWK[]) {
  const state = {
    keys,
    status: 200,
    body: undefined as string | undefined,
    asked: 0,
    location: '',
  };
  const server = createServer((_, response) => {
    state.asked += 1;
    if (state.location) response.setHeader('location', state.location);
    response.writeHead(state.status).end(state.body ?? JSON.stringify({ keys: state.keys }));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  const verify = tokenVerifier({ keySource: { kind: 'jwks', url } }, clock);
  const verdict = async (token: string | Promise<string>): Promise<string> => {
    try {
      await verify(await token);
      return 'accepted';
    } catch (error) {
      if (error instanceof UnauthenticatedError) return error.reason;
      if (error instanceof UnavailableError) return 'unavailable';
      throw error;
    }
  };
  return { state, verdict, url };
}

describe('published keys', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('of %s verify tokens', async (alg) => {
    const signer = await newSigner(alg, 'one');
    const { verdict } = await keyServer(signer.jwk);
    expect(await verdict(signer.sign())).toBe('accepted');
    expect(await verdict((await newSigner(alg, 'one')).sign())).toBe('invalid');
  });

  test('are asked for once, however many tokens come', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    const token = await signer.sign();
    await Promise.all(Array.from({ length: 50 }, () => verdict(token)));
    expect(state.asked).toBe(1);
  });

  test('are tried one by one for a token that names none', async () => {
    const signers = [await newSigner('ES256'), await newSigner('ES256'), await newSigner('ES256')];
    const { verdict } = await keyServer(...signers.map(({ jwk }) => jwk));
    for (const signer of signers) expect(await verdict(signer.sign())).toBe('accepted');
    expect(await verdict((await newSigner('ES256')).sign())).toBe('invalid');
  });

  test('are those of the configured address, whatever addresses and keys a token brings', async () => {
    const [ours, eve] = [await newSigner('ES256', 'one'), await newSigner('ES256', 'one')];
    const { verdict } = await keyServer(ours.jwk);
    const hers = await keyServer(eve.jwk);
    const { href } = hers.url;
    for (const kid of ['one', href, 'k'.repeat(100_000)]) {
      for (const brought of [{ x5u: href }, { jku: href }, { x5c: ['AAAA'] }, { jwk: eve.jwk }]) {
        const forged = await eve.sign({}, { kid, ...brought });
        expect(await verdict(forged)).toBe('invalid');
      }
    }
    expect(hers.state.asked).toBe(0);
  });

  test('are never a secret: a token signed with the public key as one is refused', async () => {
    const signer = await newSigner('RS256', 'one');
    const { verdict } = await keyServer(signer.jwk, {
      kty: 'oct',
      k: 'AAAA',
      kid: 'two',
      alg: 'HS256',
    });
    const claims = { email: 'ada@example.com', sub: 'ada', exp: nowMs / 1000 + 60 };
    for (const secret of [
      await exportSPKI(signer.publicKey),
      JSON.stringify(signer.jwk),
      '\0\0\0',
    ]) {
      for (const kid of ['one', 'two']) {
        const forged = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid });
        expect(await verdict(forged.sign(new TextEncoder().encode(secret)))).toBe('invalid');
      }
    }
  });
});

describe('rotation', () => {
  test('is followed as soon as a token names a new key', async () => {
    const [before, after] = [await newSigner('ES256', 'before'), await newSigner('ES256', 'after')];
    const { verdict, state } = await keyServer(before.jwk);
    expect(await verdict(before.sign())).toBe('accepted');
    nowMs += COOLDOWN_MS;
    state.keys = [after.jwk];
    expect(await verdict(after.sign())).toBe('accepted');
    expect(await verdict(before.sign())).toBe('invalid');
  });

  test('cannot be abused to flood the key server', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    for (let n = 0; n < 20; n++) {
      expect(await verdict((await newSigner('ES256', `unknown ${n}`)).sign())).toBe('invalid');
    }
    expect(state.asked).toBe(1);
  });

  test('withdraws a key once the answer is no longer fresh', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    expect(await verdict(signer.sign())).toBe('accepted');
    state.keys = [(await newSigner('ES256', 'two')).jwk];
    nowMs += FRESH_MS;
    expect(await verdict(signer.sign())).toBe('invalid');
  });
});

describe('an outage of the key server', () => {
  test('is served from the last good answer for a day, and no longer', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    expect(await verdict(signer.sign())).toBe('accepted');
    state.status = 500;
    nowMs += STALE_MS - 1;
    expect(await verdict(signer.sign())).toBe('accepted');
    nowMs += 2;
    expect(await verdict(signer.sign())).toBe('unavailable');
    state.status = 200;
    nowMs += COOLDOWN_MS;
    expect(await verdict(signer.sign())).toBe('accepted');
  });

  test('is UNAVAILABLE, not a fault of the token, when there are no keys yet', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    state.status = 503;
    expect(await verdict(signer.sign())).toBe('unavailable');
  });

  test('leaves open whether a token by an unknown key is good', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    expect(await verdict(signer.sign())).toBe('accepted');
    state.status = 500;
    nowMs += COOLDOWN_MS;
    expect(await verdict((await newSigner('ES256', 'new')).sign())).toBe('unavailable');
    expect(await verdict(signer.sign())).toBe('accepted');
  });

  test.each([
    ['rubbish', 'rubbish'],
    ['no keys', '{"keys":[]}'],
  ])('is also when it answers %s', async (_, body) => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    state.body = body;
    expect(await verdict(signer.sign())).toBe('unavailable');
  });

  test('is also when it answers more than a key set ever is', async () => {
    const signer = await newSigner('ES256', 'one');
    const { verdict, state } = await keyServer(signer.jwk);
    state.body = JSON.stringify({ keys: [signer.jwk], padding: ' '.repeat(300_000) });
    expect(await verdict(signer.sign())).toBe('unavailable');
  });

  test('is also when it sends us on to somebody with keys of their own', async () => {
    const signer = await newSigner('ES256', 'one');
    const other = await keyServer(signer.jwk);
    const { verdict, state } = await keyServer();
    Object.assign(state, { status: 302, location: other.url.href });
    expect(await verdict(signer.sign())).toBe('unavailable');
    expect(other.state.asked).toBe(0);
  });
});
