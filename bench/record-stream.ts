import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { openDatabase } from '../src/database/open.ts';
import { benchSession, EVENT, newOrganizations, SUBJECT } from './record-setting.ts';
import { startWorker } from './record-workers.ts';

const SECRET = 'a secret of this benchmark, more than 32 bytes';
const EVENTS = 100_000;
const WARM_UP_EVENTS = 20_000;
const PIECE = 200;
const WATCH_MS = 100;
const MEBIBYTE = 1_048_576;

/** What a stream of events came to. */
export interface StreamFigures {
  readonly eventsPerSecond: number;
  /** How far the server's resident memory rose above what it was after a warm-up. */
  readonly grownMebibytes: number;
}

/** Sends 100,000 events as NDJSON to a server in a process of its own, over HTTP, and reads the receipts. */
export async function measureStream(url: string): Promise<StreamFigures> {
  const database = await openDatabase(url);
  const [id] = await newOrganizations(await benchSession(database), 1);
  await database.close();
  const worker = startWorker();
  try {
    const port = await worker.ask({ kind: 'serve', url, secret: SECRET });
    const token = await new SignJWT({ email: 'bench@example.com', name: 'Bench' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(SUBJECT)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));
    const target = { port, token, organizationId: id ?? '' };
    await send(target, WARM_UP_EVENTS);
    const before = await worker.ask({ kind: 'memory' });
    let most = before;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        most = Math.max(most, await worker.ask({ kind: 'memory' }));
        await pause(WATCH_MS);
      }
    })();
    const startedAt = performance.now();
    await send(target, EVENTS);
    const seconds = (performance.now() - startedAt) / 1_000;
    isOver = true;
    await watching;
    return { eventsPerSecond: EVENTS / seconds, grownMebibytes: (most - before) / MEBIBYTE };
  } finally {
    await worker.end();
  }
}

interface Target {
  readonly port: number;
  readonly token: string;
  readonly organizationId: string;
}

/** @throws Error not every event was recorded */
async function send({ port, token, organizationId }: Target, count: number): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-ndjson',
    'x-organization-id': organizationId,
  };
  const outgoing = request({ port, path: '/api/audit-logs', method: 'POST', headers });
  const last = new Promise<string>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      let line = '';
      for await (const next of createInterface({ input: response })) line = next;
      resolve(line);
    });
  });
  for (let sent = 0; sent < count; sent += PIECE) {
    const lines = Array.from({ length: PIECE }, (_, n) =>
      JSON.stringify({ ...EVENT, resourceUID: `sch_${sent + n}` }),
    );
    if (!outgoing.write(`${lines.join('\n')}\n`)) {
      await new Promise((resolve) => outgoing.once('drain', resolve));
    }
  }
  outgoing.end();
  const { done, recorded } = JSON.parse(await last) as { done: boolean; recorded: number };
  if (!done || recorded !== count) throw new Error(`The stream ended with: ${await last}`);
}
