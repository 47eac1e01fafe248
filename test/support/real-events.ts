import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import type { AuditLogInput } from '../../src/features/audit-log/record-input.ts';
import { readValue } from '../../src/features/audit-log/record-line.ts';

/**
 * Lines of real events of other systems: the excerpt among the fixtures, or every NDJSON file (also
 * gzipped) of the folder in REAL_EVENTS.
 */
export function realEvents(): string[] {
  const folder = process.env['REAL_EVENTS'];
  const files = folder
    ? readdirSync(folder)
        .filter((name) => /\.ndjson(\.gz)?$/.test(name))
        .map((name) => path.join(folder, name))
    : ['test/fixtures/events-excerpt.ndjson'];
  return files.flatMap((file) => textOf(file).split('\n').filter(Boolean));
}

/** The first of them as events that can be recorded, each with a key by what it holds. */
export const realInputs = (count: number): AuditLogInput[] =>
  realEvents()
    .slice(0, count)
    .map((line) => {
      const read = readValue(JSON.parse(line), { defaultScope: 'PLATFORM', keyByContent: true });
      if ('problem' in read) throw new Error(read.problem);
      return read.event;
    });

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}
