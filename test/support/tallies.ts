import { expect } from 'vitest';
import { DAY_QUARTERS, decodeQuarters, QUARTER_MS } from '../../src/ledger/quarters.ts';
import { TOTALLED } from '../../src/ledger/tally-totals.ts';
import type { FreshDatabase } from './database.ts';

/** What the roll-ups of a log say, each count by what it is counted by, as text. */
export async function storedTallies(
  { database: { read } }: Pick<FreshDatabase, 'database'>,
  ledgerId: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const tallies = await read.auditTally.findMany({ where: { ledgerId } });
  const days = await read.auditTallyDay.findMany({
    where: { tallyId: { in: tallies.map(({ id }) => id) } },
  });
  const scopeDays = await read.auditScopeDay.findMany({ where: { ledgerId } });
  const actors = await read.auditActorTally.findMany({ where: { ledgerId } });
  const names = new Map(tallies.map((tally) => [tally.id, cellOf(tally)]));
  for (const { id, count } of tallies) counts.set(`all ${names.get(id)}`, Number(count));
  for (const { tallyId, email, count } of actors) {
    counts.set(`${email} ${names.get(tallyId)}`, Number(count));
  }
  const totals = await read.auditTotal.findMany({ where: { ledgerId } });
  for (const { field, value, count } of totals) {
    counts.set(`in all ${field} ${value}`, Number(count));
  }
  for (const row of [...days, ...scopeDays]) {
    const name = 'tallyId' in row ? names.get(row.tallyId) : row.scope;
    const quarters = [...decodeQuarters(row.quarters)];
    expect(quarters.reduce((sum, [, count]) => sum + count, 0)).toBe(row.count);
    for (const [quarter, count] of quarters) {
      counts.set(`${row.day * DAY_QUARTERS + quarter} ${name}`, count);
    }
  }
  return counts;
}

/** The same by counting the kept entries up to the marker one by one. */
export async function countedTallies(
  { database: { read } }: Pick<FreshDatabase, 'database'>,
  ledgerId: number,
): Promise<Map<string, number>> {
  const marker = await read.derivation.findFirst({ where: { ledgerId, name: 'tallies' } });
  const entries = await read.auditLog.findMany({
    where: { ledgerId, sequence: { lte: marker?.upToSequence ?? 0n } },
  });
  const counts = new Map<string, number>();
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const entry of entries) {
    const quarter = Math.floor(Number(entry.createdAtMs) / QUARTER_MS);
    add(`all ${cellOf(entry)}`);
    for (const field of TOTALLED) {
      if (entry[field] !== null) add(`in all ${field} ${entry[field]}`);
    }
    add(`${quarter} ${cellOf(entry)}`);
    add(`${quarter} ${entry.scope}`);
    if (entry.email !== null) add(`${entry.email} ${cellOf(entry)}`);
  }
  return counts;
}

const cellOf = (cell: Record<'scope' | 'action' | 'outcome' | 'actorType', string>): string =>
  [cell.scope, cell.action, cell.outcome, cell.actorType].join(' ');
