import { gramsOf } from '../../ledger/grams.ts';
import { encodePlaces, noPlaces, type Places, setPlace, WINDOW_SIZE } from '../../ledger/places.ts';
import type { LogTree } from '../../ledger/proved.ts';
import { SEARCHABLE } from '../../ledger/searchable.ts';
import type { Session } from '../../ledger/session.ts';
import type { Finding } from './finding.ts';

/** How often a window that differs is read again: entries may change or be taken in meanwhile. */
const TRIES = 5;

/** Compares the index of grams with the details of the entries, window by window. */
export async function examineGrams(session: Session, { ledgerId }: LogTree): Promise<Finding> {
  const [ends] = await session.select<Record<'upTo' | 'size' | 'last', number | null>>(ENDS, [
    ...[ledgerId, SEARCHABLE.name],
  ]);
  const upTo = ends?.upTo ?? 0;
  if (upTo > (ends?.size ?? 0)) return differing(`its marker, ${upTo}, beyond the last entry`);
  const last = Math.max(ends?.last ?? 0, Math.floor(upTo / WINDOW_SIZE));
  for (let window = 0; window <= last; window += 1) {
    let isSound = false;
    for (let left = TRIES; left > 0 && !isSound; left -= 1) {
      isSound = await isWindowSound(session, ledgerId, window);
    }
    if (!isSound) return differing(`entries from ${Math.max(1, window * WINDOW_SIZE)} on`);
  }
  return { verdict: 'sound', text: 'the index of search says what the entries say' };
}

const differing = (place: string): Finding => ({
  verdict: 'broken',
  text: `the index of search differs from the entries at ${place}; searches may miss entries: npm run rebuild-search makes it anew`,
});

const UP_TO = `coalesce((SELECT "upToSequence" FROM "Derivation" WHERE "ledgerId" = $1 AND "name" = $2), 0)`;
const ENDS = `SELECT ${UP_TO} AS "upTo", (SELECT "size" FROM "Ledger" WHERE "id" = $1) AS "size",
(SELECT max("window") FROM "AuditGram" WHERE "ledgerId" = $1) AS "last"`;
const TEXTS = `SELECT "sequence", fold("details") AS "text" FROM "AuditLog" WHERE "ledgerId" = $1 AND "sequence" <= ${UP_TO}
AND "sequence" >= $3 AND "sequence" < $4 AND "details" IS NOT NULL`;
const STORED = 'SELECT "gram", "places" FROM "AuditGram" WHERE "ledgerId" = $1 AND "window" = $2';

async function isWindowSound(
  { select }: Session,
  ledgerId: number,
  window: number,
): Promise<boolean> {
  const span = [window * WINDOW_SIZE, (window + 1) * WINDOW_SIZE];
  const texts = await select<{ sequence: number | bigint; text: string }>(TEXTS, [
    ...[ledgerId, SEARCHABLE.name, ...span],
  ]);
  const stored = await select<{ gram: number | bigint; places: Uint8Array }>(STORED, [
    ...[ledgerId, window],
  ]);
  const expected = new Map<number, Places>();
  for (const { sequence, text } of texts) {
    for (const gram of gramsOf(text)) {
      const places = expected.get(gram) ?? noPlaces();
      setPlace(places, Number(sequence), true);
      expected.set(gram, places);
    }
  }
  return (
    stored.length === expected.size &&
    stored.every(({ gram, places }) => {
      const own = expected.get(Number(gram));
      return own && Buffer.compare(places, encodePlaces(own)) === 0;
    })
  );
}
