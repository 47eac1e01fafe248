/**
 * The audit page against its peers on one Postgres: `npm run bench:read`, after `npm ci` in `bench`.
 * `-- --rows 200000 --rounds 3 --seconds 2` for a smaller run. Read ratios, not absolute numbers.
 */

import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { Provider } from '../src/database/database.ts';
import { peersDatabase } from './peers-database.ts';
import { load, post, type Turn } from './read-load.ts';
import { type Peer, startPeers } from './read-peers.ts';
import { onReadingDatabases, readingOptions } from './read-setting.ts';
import { median } from './record-setting.ts';

/** As many requests as V8 takes to compile the larger servers; the same for all. */
const WARM_UP_REQUESTS = 60_000;
const options = readingOptions();
const { rounds, seconds } = options;
await onReadingDatabases(options, async (provider, setting) => {
  const peersUrl = await peersDatabase(setting.url);
  const peers = await startPeers({ ...setting, provider, peersUrl });
  try {
    await assertAlike(peers);
    for (const peer of peers) await warmUp(peer);
    for (const connections of [16, 64]) {
      await compare(`${provider}, pages, ${connections} connections`, peers, connections);
    }
    await compareById(provider, peers);
  } finally {
    await Promise.all(peers.map((peer) => peer.end()));
  }
});

/** @throws Error two servers give other rows for one of the pages */
async function assertAlike([first, ...others]: readonly Peer[]): Promise<void> {
  if (!first) return;
  let count = 0;
  for (const [at, body] of first.target.bodies.entries()) {
    const expected = first.rows(await post(first.target, body));
    count += expected.length;
    for (const other of others) {
      const found = other.rows(await post(other.target, other.target.bodies[at] ?? ''));
      if (!isDeepStrictEqual(found, expected)) {
        throw new Error(`${other.name} gives other rows for page ${at}.`);
      }
    }
  }
  process.stdout.write(`All ${others.length + 1} servers give the same ${count} rows.\n`);
}

/** The same with one organization by its id, of those that have such a query. */
async function compareById(provider: Provider, peers: readonly Peer[]): Promise<void> {
  const able = peers.flatMap((peer) => (peer.byId ? [{ ...peer, target: peer.byId }] : []));
  for (const { target, name } of able) {
    const { data } = JSON.parse(await post(target, target.bodies[0] ?? ''));
    if (!Object.values(data)[0]) throw new Error(`${name} gives no organization.`);
  }
  if (able.length > 1) await compare(`${provider}, organization by id, 16 connections`, able, 16);
}

async function warmUp({ target }: Peer): Promise<void> {
  for (let count = 0; count < WARM_UP_REQUESTS; ) {
    const { perSecond } = await load(target, 16, seconds * 1_000);
    count += perSecond * seconds;
  }
}

/** Rounds in which every server has its turn; the first only warms up. */
async function compare(title: string, peers: readonly Peer[], connections: number): Promise<void> {
  const turns = new Map<Peer, Turn[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const peer of peers) {
      const turn = await load(peer.target, connections, seconds * 1_000);
      if (round > 0) turns.get(peer)?.push(turn);
    }
  }
  const of = (peer: Peer, what: keyof Turn) => (turns.get(peer) ?? []).map((turn) => turn[what]);
  const own = peers[0];
  const lines = peers.map((peer) => {
    const middle = (what: keyof Turn) => median(of(peer, what));
    const ratio = (what: keyof Turn) =>
      own
        ? median(of(own, what).map((value, at) => value / (of(peer, what)[at] ?? Number.NaN)))
        : 1;
    const figures = [
      middle('perSecond').toFixed(0),
      middle('p50Ms').toFixed(1),
      middle('p99Ms').toFixed(1),
      middle('cpuMs').toFixed(2),
      ratio('perSecond').toFixed(2),
      (1 / ratio('cpuMs')).toFixed(2),
    ];
    return `| ${peer.name} | ${figures.join(' | ')} |`;
  });
  process.stdout.write(
    `\n${title}, ${rounds} rounds of ${seconds} s, medians\n\n| server | req/s | p50 ms | p99 ms | CPU ms a request | Orgtrail’s req/s to it | Orgtrail’s capacity to it |\n|---|---|---|---|---|---|---|\n${lines.join('\n')}\n`,
  );
}
