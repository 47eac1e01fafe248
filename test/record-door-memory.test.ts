import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { dataOf, startServer, tokenOf } from './support/client.ts';

v8.setFlagsFromString('--expose-gc');
const sweep: () => void = vm.runInNewContext('gc');

const { as, send } = await startServer();
const CREATE =
  'mutation { createOrganization(input: { name: "Long" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
const { organization } = dataOf(await as('ada')(CREATE)).createOrganization;
const headers = {
  authorization: `Bearer ${await tokenOf('ada')}`,
  'x-organization-id': organization.id,
  'content-type': 'application/x-ndjson',
};

const MEBIBYTE = 1_048_576;
const blankLine = () => new Uint8Array(128 * 1024).fill(0x20).with(-1, 0x0a);

/** Sends a stream of so many blank lines, and then calls `before` while it is still open. */
async function stream(lineCount: number, before = async () => {}): Promise<string> {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        sent += 1;
        if (sent <= lineCount) return controller.enqueue(blankLine());
        await before();
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  return (await send(init, '/api/audit-logs')).text();
}

/** The bytes that buffers hold once nobody holds them for no reason. */
async function held(): Promise<number> {
  for (let time = 0; time < 3; time += 1) {
    await turn();
    sweep();
  }
  return process.memoryUsage().arrayBuffers;
}

const WHOLE = { done: true, recorded: 0, lastLine: 0 };

test('a stream that lasts keeps nothing of what it has read', async () => {
  await stream(10);
  const before = await held();
  let during = Number.POSITIVE_INFINITY;
  const answer = await stream(240, async () => {
    during = await held();
  });
  expect(JSON.parse(answer)).toMatchObject(WHOLE);
  expect((during - before) / MEBIBYTE).toBeLessThan(8);
});

test('streams that have ended leave nothing behind', async () => {
  await stream(10);
  const before = await held();
  for (let time = 0; time < 240; time += 1) await stream(1);
  expect(((await held()) - before) / MEBIBYTE).toBeLessThan(8);
});
