/**
 * Bytes an entry takes on Postgres, as recorded and with its indexes made anew: `npm run bench:size`;
 * `-- --rows 200000 --keep /tmp/data` for less.
 */
import process from 'node:process';
import pg from 'pg';
import { readingOptions, readingPostgres } from './read-setting.ts';

const SIZES = `
SELECT c."relname" AS "what", pg_relation_size(c."oid") AS "bytes"
FROM pg_index i JOIN pg_class c ON c."oid" = i."indexrelid" WHERE i."indrelid" = '"AuditLog"'::regclass
UNION ALL SELECT 'rows', pg_table_size('"AuditLog"')
UNION ALL SELECT 'together', pg_total_relation_size('"AuditLog"')
ORDER BY "what"`;

const setting = await readingPostgres(readingOptions());
const client = new pg.Client({ connectionString: setting.url });
await client.connect();
try {
  const [{ count } = { count: 0 }] = (await client.query('SELECT count(*) FROM "AuditLog"')).rows;
  const sizes = async () =>
    new Map<string, number>(
      (await client.query(SIZES)).rows.map(({ what, bytes }) => [what, bytes / count]),
    );
  const grown = await sizes();
  // Taken back: what is kept stays as it grew.
  await client.query('BEGIN');
  await client.query('REINDEX TABLE "AuditLog"');
  const anew = await sizes();
  await client.query('ROLLBACK');
  const lines = [...grown].map(
    ([what, bytes]) => `| ${what} | ${bytes.toFixed(0)} | ${anew.get(what)?.toFixed(0)} |`,
  );
  process.stdout.write(
    `Bytes an entry, ${Number(count).toLocaleString('en')} entries\n\n| | as recorded | indexes made anew |\n|---|---|---|\n${lines.join('\n')}\n`,
  );
} finally {
  await client.end();
  await setting.stop();
}
