import { openDatabase } from '../../src/database/open.ts';
import { readUntil } from '../../src/database/read-until.ts';

/** Reads on one connection, as what is asked alone is read: what it has prepared stays prepared. */
export async function oneConnection(url: string) {
  const database = await openDatabase(url, { poolSize: 1 });
  const { signal } = new AbortController();
  return {
    select: <Row extends object>(text: string): Promise<Row[]> =>
      readUntil(signal, () => database.select<Row>(text, [])),
    close: () => database.close(),
  };
}
