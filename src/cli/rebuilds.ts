import type { Database } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';

/** Makes something of one log anew, and says in words what was done. */
type Rebuild = (database: Database, clock: Clock, organization: string) => Promise<string>;

/** The commands that do so, and what each makes. */
export const REBUILDS: readonly (readonly [string, string, () => Promise<Rebuild>])[] = [
  [
    'rebuild-tiles',
    'Make the cache of a log’s tree anew from its leaves.',
    async () => (await import('./rebuild-tiles.ts')).runRebuildTiles,
  ],
  [
    'rebuild-tallies',
    'Make the counts behind facets of a log anew from its entries.',
    async () => (await import('./rebuild-derived.ts')).runRebuildTallies,
  ],
  [
    'rebuild-search',
    'Make the index behind searches of a log anew from its entries.',
    async () => (await import('./rebuild-derived.ts')).runRebuildSearch,
  ],
];
