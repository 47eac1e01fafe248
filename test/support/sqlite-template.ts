import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/database/migrations.ts';

/** Migrates a file to copy. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-sqlite-'));
  const template = path.join(folder, 'template.db');
  await migrate(`file:${template}`);
  const connection = new Sqlite(template);
  connection.pragma('wal_checkpoint(TRUNCATE)');
  connection.close();
  project.provide('sqliteTemplate', template);
  return () => rmSync(folder, { recursive: true, force: true });
}
