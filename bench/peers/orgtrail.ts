/** This product, as it is served: authentication, limits and masking on. */
import process from 'node:process';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { withKeySource } from '../../src/config-development.ts';
import { openDatabase } from '../../src/database/open.ts';
import { openSigner } from '../../src/features/checkpoint/signer.ts';
import { keepHeapSmall } from '../../src/heap.ts';
import { listen } from '../../src/http/listen.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createServer } from '../../src/server.ts';

const [url = '', secret = '', heap = 'set'] = process.argv.slice(2);
if (heap === 'set') keepHeapSmall();
const config = withKeySource(
  readConfig({ JWT_SECRET: secret, NODE_ENV: 'production', RATE_LIMIT: 'off' }),
);
const server = createServer({
  config,
  database: await openDatabase(url),
  clock: systemClock,
  log: pino({ level: 'silent' }),
  signer: openSigner(config),
});
const { port } = await listen(server, { port: 0, host: '127.0.0.1' });
process.send?.({ port });
