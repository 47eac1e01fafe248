import { fold } from '../../src/database/fold.ts';
import { gramsOf } from '../../src/ledger/grams.ts';
import { decodePlaces, sequencesOf } from '../../src/ledger/places.ts';
import type { FreshDatabase } from './database.ts';

/** What the index of grams says of a log: each gram with the sequences it leads to, as text, sorted. */
export async function storedGrams(
  { database: { read } }: Pick<FreshDatabase, 'database'>,
  ledgerId: number,
): Promise<string[]> {
  const rows = await read.auditGram.findMany({ where: { ledgerId } });
  return rows
    .flatMap(({ gram, window, places }) =>
      sequencesOf(decodePlaces(places), window).map((sequence) => `${sequence} ${gram}`),
    )
    .sort();
}

/** The same from the details of the kept entries up to the marker. */
export async function readGrams(
  { database: { read } }: Pick<FreshDatabase, 'database'>,
  ledgerId: number,
): Promise<string[]> {
  const marker = await read.derivation.findFirst({ where: { ledgerId, name: 'grams' } });
  const entries = await read.auditLog.findMany({
    where: { ledgerId, sequence: { lte: marker?.upToSequence ?? 0n } },
  });
  return entries
    .flatMap(({ sequence, details }) =>
      [...gramsOf(fold(details ?? ''))].map((gram) => `${sequence} ${gram}`),
    )
    .sort();
}
