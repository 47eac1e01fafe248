import type { Data } from './client.ts';
import type { Place } from './database.ts';

/** What callers were told by a server, to be held against what its database holds. */
export interface Told {
  /** Every name that an organization was given, in order. */
  readonly names: string[];
  /** How often an organization was deleted or restored. */
  turns: number;
  /** Answers that no caller should get. */
  readonly failures: string[];
  /** An event was acknowledged, or acknowledged again. */
  hear(organizationId: string, key: string, sequence: number | undefined): void;
  /** A line of a stream that acknowledges nothing. */
  sayOfLine(line: Data): void;
  /** The highest sequence that was acknowledged in an organization. */
  newest(organizationId: string): number;
  readonly acknowledged: ReadonlyMap<string, Acknowledged>;
  /** Resolves as soon as the next event is acknowledged. */
  next(): Promise<void>;
  /** How much was acknowledged of all kinds. */
  count(): number;
}

interface Acknowledged {
  readonly organizationId: string;
  readonly sequence: number;
}

/** Nothing was told yet. */
export function openTold(): Told {
  const acknowledged = new Map<string, Acknowledged>();
  const newest = new Map<string, number>();
  const failures: string[] = [];
  let next = Promise.withResolvers<void>();
  return {
    names: [],
    turns: 0,
    count() {
      return acknowledged.size + this.names.length + this.turns;
    },
    failures,
    next: () => next.promise,
    acknowledged,
    newest: (organizationId) => newest.get(organizationId) ?? 0,
    sayOfLine: (line) => {
      const isKnown = line.done === true || (line.error ?? line).code === 'UNAVAILABLE';
      if (!isKnown) failures.push(`a line of a stream: ${JSON.stringify(line)}`);
    },
    hear(organizationId, key, sequence) {
      const before = acknowledged.get(key)?.sequence;
      if (sequence === undefined || (before !== undefined && before !== sequence)) {
        failures.push(`${key} was recorded at ${before}, then at ${sequence}`);
        return;
      }
      next.resolve();
      next = Promise.withResolvers();
      acknowledged.set(key, { organizationId, sequence });
      newest.set(organizationId, Math.max(sequence, newest.get(organizationId) ?? 0));
    },
  };
}

/** What a database holds against what was told of it. */
export interface Comparison {
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Logs whose sequences are not 1 … n, or whose head says another n. */
  readonly gaps: readonly string[];
}

const ENTRIES = `SELECT l."organizationId", l."size", e."sequence", e."action", e."resourceUID", e."changes"
FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" ORDER BY l."id", e."sequence"`;

/** Compares once every caller knows the fate of all that it sent. */
export async function compare({ query }: Pick<Place, 'query'>, told: Told): Promise<Comparison> {
  const rows = await query<Data>(ENTRIES);
  const logs = [...Map.groupBy(rows, ({ organizationId }) => organizationId)];
  const at = new Map(rows.map((row) => [`${row.organizationId} ${row.sequence}`, row.resourceUID]));
  const events = rows.filter(({ action }) => action === 'load.recorded');
  const counts = Map.groupBy(events, ({ resourceUID }) => resourceUID);
  const lost = [...told.acknowledged]
    .filter(
      ([key, { organizationId, sequence }]) => at.get(`${organizationId} ${sequence}`) !== key,
    )
    .map(([key]) => key);
  const doubled = [...counts].filter(([, { length }]) => length > 1).map(([key]) => key);
  const unheard = [...counts.keys()].filter((key) => !told.acknowledged.has(key));
  const gaps = logs.flatMap(([id, entries]) =>
    isGapless(
      entries.map(({ sequence }) => Number(sequence)),
      Number(entries[0].size),
    )
      ? []
      : [id],
  );
  return {
    acknowledged: told.count(),
    lost: [
      ...lost,
      ...unheard.map((key) => `nobody was told of ${key}`),
      ...changesLost(rows, told),
    ],
    doubled,
    gaps,
  };
}

const isGapless = (sequences: readonly number[], size: number): boolean =>
  sequences.length === size && sequences.every((sequence, index) => sequence === index + 1);

/** Renames must stand there in their order, and deletions and restores by turns, each once. */
function changesLost(rows: readonly Data[], told: Told): string[] {
  const names = rows
    .filter(({ action }) => action === 'organization.updated')
    .flatMap(({ changes }) => JSON.parse(changes))
    .filter(({ path }) => path === 'name')
    .map(({ to }) => to);
  const turns = rows.filter(({ action }) =>
    /^organization\.(deletionScheduled|restored)$/.test(action),
  );
  const isByTurns = turns.every(
    ({ action }, index) => action.endsWith('restored') === (index % 2 === 1),
  );
  return [
    ...(names.join() === told.names.join()
      ? []
      : [`names: ${names.length} of ${told.names.length}`]),
    ...(isByTurns && turns.length === told.turns
      ? []
      : [`turns: ${turns.length} of ${told.turns}`]),
  ];
}
