import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';

/**
 * How thoroughly filters are tried: on the excerpt of real events, by default, or on every NDJSON
 * file (also gzipped) of the folder in FILTER_EVENTS; FILTER_RUNS filters, 200 by default.
 */
export function filterTrial(): { lines: readonly string[]; runs: number } {
  const folder = process.env['FILTER_EVENTS'];
  const files = folder
    ? readdirSync(folder)
        .filter((name) => /\.ndjson(\.gz)?$/.test(name))
        .map((name) => path.join(folder, name))
    : ['test/fixtures/events-excerpt.ndjson'];
  const lines = files.flatMap((file) => textOf(file).split('\n').filter(Boolean));
  return { lines, runs: Number(process.env['FILTER_RUNS'] ?? 200) };
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}
