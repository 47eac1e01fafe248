import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, expect, inject } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { withKeySource } from '../../src/config-development.ts';
import { openDatabase } from '../../src/database/open.ts';
import type { OpenOptions } from '../../src/database/open-options.ts';
import { openSigner } from '../../src/features/checkpoint/signer.ts';
import { createServer } from '../../src/server.ts';
import { giveawaysIn } from './answer-scan.ts';
import { freshDatabase } from './database.ts';
import { madeRoles } from './roles.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is each test's own to state
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string } & Record<string, Data>;
  }[];
  readonly extensions?: Data;
}

/** Speaks to the server as one caller. */
export type Client = (
  document: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** What the tokens of tests are signed with. */
export const SECRET = 'a secret of this test run, more than 32 bytes';

/** A token that the test server accepts: `ada` is ada@example.com. */
export const tokenOf = (name: string, claims: Record<string, unknown> = {}): Promise<string> =>
  new SignJWT({ email: `${name}@example.com`, name, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(name)
    .setExpirationTime(typeof claims['exp'] === 'number' ? claims['exp'] : '200 days')
    .sign(new TextEncoder().encode(SECRET));

/** `EXECUTION=compiled` compiles every query at once, `EXECUTION=interpreted` none; else the second time. */
const COMPILED_WHEN_SEEN =
  { compiled: 1, interpreted: Number.POSITIVE_INFINITY }[process.env['EXECUTION'] ?? ''] ?? 2;

interface StartOptions extends Pick<OpenOptions, 'onQuery' | 'replicaUrl' | 'onReplica'> {
  readonly env?: Record<string, string>;
  /** Whether the server signs in to Postgres as `npm run roles` would have it; TEST_ROLE=app says so for all. */
  readonly asApp?: boolean;
}

const AS_APP = process.env['TEST_ROLE'] === 'app';

/**
 * A server over a fresh database of this run's provider, and ways to speak to it.
 * Its clock is the machine's, moved ahead by `advance`.
 */
export async function startServer({ env = {}, asApp = AS_APP, ...open }: StartOptions = {}) {
  const fresh = await freshDatabase(open);
  const roles = asApp && inject('provider') === 'postgresql' ? await madeRoles(fresh) : null;
  const database = roles ? await openDatabase(roles.appUrl, open) : fresh.database;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'orgtrail-test-'));
  const config = withKeySource(
    readConfig({
      ...{ JWT_SECRET: SECRET, NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: fresh.url },
      // Tests ask more often than anyone; those about rates say so.
      ...{ RATE_LIMIT: 'off', ...env },
    }),
  );
  const signer = openSigner(config);
  let aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  const server = createServer({
    config,
    database,
    clock,
    log: pino({ level: 'silent' }),
    signer,
    compiledWhenSeen: COMPILED_WHEN_SEEN,
  });
  afterAll(async () => {
    await server.close();
    if (roles) await database.close();
    await roles?.drop();
    await fresh.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const send = (init: RequestInit, path = '/graphql') =>
    server.fetch(new Request(`http://localhost${path}`, init), { remoteAddress: '192.0.2.1' });

  const withToken =
    (token: string | Promise<string>): Client =>
    async (query, variables = {}, headers = {}) => {
      const asked = JSON.stringify({ query, variables });
      const response = await send({
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token}`,
          'content-type': 'application/json',
          'user-agent': 'test',
          ...headers,
        },
        body: asked,
      });
      const text = await response.text();
      const body: Answer = JSON.parse(text);
      expect(giveawaysIn(text, body.errors, asked), asked).toEqual([]);
      return { ...body, status: response.status, headers: response.headers };
    };

  return {
    ...fresh,
    database,
    roles,
    server,
    config,
    signer,
    clock,
    send,
    withToken,
    /** Speaks as this person. */
    as: (name: string, claims?: Record<string, unknown>): Client =>
      withToken(tokenOf(name, claims)),
    /** Moves the server's clock ahead. */
    advance: (ms: number) => {
      aheadMs += ms;
    },
  };
}

/** The data of an answer; fails, showing the errors, if there were any. */
export function dataOf(answer: Answer): Data {
  expect(answer.errors ?? []).toEqual([]);
  return answer.data;
}

/** The codes of an answer's errors, in order. */
export const codesOf = ({ errors }: Answer): (string | undefined)[] =>
  (errors ?? []).map(({ extensions }) => extensions?.code);
