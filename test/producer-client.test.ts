import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { createProducer } from '../examples/producer-client/producer.ts';
import { listen } from '../src/http/listen.ts';
import { dataOf, startServer } from './support/client.ts';
import { createOrganization, logOf } from './support/organizations.ts';

const { as, server } = await startServer();
const ada = as('ada');
const listener = await listen(server, { port: 0, host: '127.0.0.1' });
afterAll(() => listener.close(1_000));
const direct = `http://127.0.0.1:${listener.port}`;

/** A key of a new organization that may record. */
async function newKey(name: string) {
  const { id } = await createOrganization(ada, { name });
  const { createApiKey } = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } } }',
      { input: { organizationId: id, name: 'Producer', permissions: ['auditLog:record'] } },
    ),
  );
  return { id, apiKey: createApiKey.secret as string };
}

const uidsOf = async (id: string) =>
  (await logOf(ada, id)).slice(2).map(({ resourceUID }) => resourceUID);

const event = (n: number) => ({ scope: 'COST', action: 'a.b', resourceUID: String(n) });

type Fault = 'none' | 'busy' | 'answer lost' | 'request lost';

async function passedOn(incoming: IncomingMessage): Promise<Response> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { authorization = '', 'content-type': type = '' } = incoming.headers;
  const headers = { authorization, 'content-type': type };
  const body = Buffer.concat(chunks);
  return fetch(`${direct}${incoming.url}`, { method: 'POST', headers, body });
}

/** A server in front of the real one that does to each request what `faults` says next. */
async function unreliable(faults: Fault[]) {
  const seen: { fault: Fault; atMs: number }[] = [];
  const front = createServer(async (incoming, outgoing) => {
    const fault = faults.shift() ?? 'none';
    seen.push({ fault, atMs: performance.now() });
    if (fault === 'request lost') incoming.socket.destroy();
    else if (fault === 'busy') {
      outgoing.writeHead(503, { 'retry-after': '1' }).end('{"detail":"busy"}');
    } else {
      const answer = await passedOn(incoming);
      if (fault === 'answer lost') incoming.socket.destroy();
      else outgoing.writeHead(answer.status).end(await answer.text());
    }
  });
  await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', () => resolve()));
  afterAll(() => front.close());
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, seen };
}

test('every event is stored once, in order, though requests and answers are lost on the way', async () => {
  const { id, apiKey } = await newKey('Unreliable');
  const { url, seen } = await unreliable(['answer lost', 'busy', 'request lost', 'answer lost']);
  const producer = createProducer({ url, apiKey, batchSize: 20, longestPauseMs: 50 });
  const receipts = Array.from({ length: 50 }, (_, n) => producer.record(event(n)));
  await producer.flush();
  const statuses = (await Promise.all(receipts)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(['RECORDED', 'DUPLICATE']));
  expect(await uidsOf(id)).toEqual(receipts.map((_, n) => String(n)));
  expect(seen.slice(0, 4).map(({ fault }) => fault)).toEqual([
    'answer lost',
    'busy',
    'request lost',
    'answer lost',
  ]);
  const [, busy, next] = seen;
  expect((next?.atMs ?? 0) - (busy?.atMs ?? 0), 'Retry-After is kept').toBeGreaterThan(990);
});

test('nothing is dropped in silence: a bad event, a lost server, a full buffer and a closed producer all reject', async () => {
  const { id, apiKey } = await newKey('Loud');
  const producer = createProducer({ url: direct, apiKey, mostWaiting: 2 });
  const bad = producer.record({ action: 'no scope' });
  const good = producer.record(event(1));
  const surplus = producer.record(event(2));
  await expect(surplus).rejects.toThrow('2 events wait already');
  await expect(bad).rejects.toThrow(/action: Must be|scope/);
  expect(await good).toMatchObject({ status: 'RECORDED' });
  await producer.close();
  await expect(producer.record(event(3))).rejects.toThrow('closed');
  const { url } = await unreliable(['busy', 'busy']);
  const lost = createProducer({ url, apiKey, attempts: 2, longestPauseMs: 1 });
  await expect(lost.record(event(4))).rejects.toThrow('503: busy');
  const refused = createProducer({ url: direct, apiKey: 'otk_wrong' });
  await expect(refused.record(event(5))).rejects.toThrow('401');
  expect(await uidsOf(id)).toEqual(['1']);
});

test('the example runs as the README says', async () => {
  const { apiKey } = await newKey('Example');
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [
    'examples/producer-client/main.ts',
    direct,
    apiKey,
  ]);
  expect(stdout).toBe('RECORDED 3\nRECORDED 4\nRECORDED 5\n');
});
