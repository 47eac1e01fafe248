/**
 * How fast the offline verifier judges a whole log: `npm run bench:verify`, `-- 200000` for another
 * count than 100,000. It runs the built verifier as a program of its own, and counts the CPU time of
 * all its threads, so that the rate is that of one core.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { zipped } from '../src/features/audit-log/evidence-zip.ts';
import { packOf, rowsOf, testKey } from '../test/support/evidence-log.ts';

const VERIFIER = path.resolve(import.meta.dirname, '../verifier/orgtrail-verify.mjs');
const [countText = '100000'] = process.argv.slice(2);
const entryCount = Number(countText);
const RUNS = 3;

/** The verifier, with its own use of the machine told after its verdict. */
const PROGRAM = `
await import(process.argv[1]);
const { user, system } = process.cpuUsage();
process.stderr.write(JSON.stringify({ cpuMs: (user + system) / 1000, peak: process.resourceUsage().maxRSS }));
`;

const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-bench-'));
try {
  const key = testKey();
  const files = packOf(rowsOf(entryCount), key);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const zip = path.join(folder, 'pack.zip');
  writeFileSync(zip, await zipOf(files));
  const bytes = statSync(path.join(folder, 'entries.ndjson')).size;
  process.stdout.write(`${entryCount} entries of ${Math.round(bytes / entryCount)} bytes\n`);
  for (const [name, pack] of [
    ['folder', folder],
    ['zip', zip],
  ] as const) {
    for (let run = 0; run < RUNS; run++) measure(name, pack, key.vkey);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const members = Object.entries(files).map(([name, text]) => ({
    name,
    async *bytes() {
      yield Buffer.from(text);
    },
  }));
  const parts: Uint8Array[] = [];
  for await (const part of zipped(members)) parts.push(part);
  return Buffer.concat(parts);
}

function measure(name: string, pack: string, key: string): void {
  const words = ['--input-type=module', '-e', PROGRAM, VERIFIER, pack, '--key', key];
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const elapsedMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`The verifier ended with ${status}: ${stdout}${stderr}`);
  const { cpuMs, peak } = JSON.parse(stderr);
  process.stdout.write(
    `${name}: ${Math.round((1_000 * entryCount) / cpuMs)} entries per second of one core ` +
      `(CPU ${(cpuMs / 1_000).toFixed(2)} s, elapsed ${(elapsedMs / 1_000).toFixed(2)} s, memory ${Math.round(peak / 1_024)} MiB)\n`,
  );
}
