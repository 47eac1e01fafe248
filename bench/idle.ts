/**
 * What a page costs after a time without requests: the product as it is served, and with V8's own
 * settings (`src/heap.ts`). `npm run bench:idle`; `-- --keep /tmp/data --only sqlite` for less.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { load } from './read-load.ts';
import { type Peer, startOrgtrail } from './read-peers.ts';
import { onReadingDatabases, readingOptions } from './read-setting.ts';
import { median } from './record-setting.ts';

const CONNECTIONS = 16;
const WARM_UP_MS = 20_000;
/** Longer than V8 waits for before it sweeps what was learnt. */
const QUIET_MS = 130_000;
const MIB = 1_024;

const options = readingOptions();
const { rounds, seconds } = options;
await onReadingDatabases(options, async (provider, setting) => {
  const servers = [
    { ...(await startOrgtrail(setting, 'set')), name: 'as it is served' },
    { ...(await startOrgtrail(setting, 'unset')), name: 'V8’s own settings' },
  ];
  try {
    const warm = new Map<Peer, number>();
    for (const server of servers) {
      await load(server.target, CONNECTIONS, WARM_UP_MS);
      const turns: number[] = [];
      for (let round = 0; round < rounds; round += 1) turns.push(await cpuOf(server));
      warm.set(server, median(turns));
    }
    const busy = servers.map(residentMib);
    await setTimeout(QUIET_MS);
    const quiet = servers.map(residentMib);
    const after = servers.map((): string[] => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [at, server] of servers.entries()) {
        const ratio = (await cpuOf(server)) / (warm.get(server) ?? Number.NaN);
        after[at]?.push(ratio.toFixed(2));
      }
    }
    const lines = servers.map(
      ({ name }, at) => `| ${name} | ${after[at]?.join(', ')} | ${busy[at]} | ${quiet[at]} |`,
    );
    process.stdout.write(
      `\n${provider}, a page after ${QUIET_MS / 1_000} s without requests, turns of ${seconds} s at ${CONNECTIONS} connections\n\n| | CPU of a page, of what it was before | MiB held before | MiB held after |\n|---|---|---|---|\n${lines.join('\n')}\n`,
    );
  } finally {
    await Promise.all(servers.map((server) => server.end()));
  }
});

async function cpuOf({ target }: Peer): Promise<number> {
  return (await load(target, CONNECTIONS, seconds * 1_000)).cpuMs;
}

/** Memory of a server's process, by the kernel's count; Linux only. */
function residentMib({ target: { pid } }: Peer): number {
  const [, kib = ''] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / MIB);
}
