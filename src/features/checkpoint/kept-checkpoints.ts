import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { isId, type OrganizationId } from '../../kernel/ids.ts';

/** The last checkpoint of each log, outside the database, so that a database put back shows. */
export interface KeptCheckpoints {
  /** The note of a log; null when none was kept yet. */
  read(organizationId: OrganizationId): Promise<string | null>;
  /** Keeps a note in place of the last; it is on the disk when this resolves. */
  write(organizationId: OrganizationId, note: string): Promise<void>;
  /** Puts the note of a log aside, so that the next one is not compared with it; gives where it is. */
  putAside(organizationId: OrganizationId, now: Date): Promise<string | null>;
  /** The logs of which a note is kept. */
  organizations(): Promise<OrganizationId[]>;
}

/** Checkpoints in a folder, a file for each log. */
export function checkpointsIn(folder: string): KeptCheckpoints {
  const fileOf = (organizationId: OrganizationId) => path.join(folder, organizationId);
  return {
    read: (organizationId) => ifThere(readFile(fileOf(organizationId), 'utf8')),
    async write(organizationId, note) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = `${fileOf(organizationId)}.${process.pid}.draft`;
      await writeDurably(draft, note);
      await rename(draft, fileOf(organizationId));
      await syncFolder(folder);
    },
    async putAside(organizationId, now) {
      const aside = `${fileOf(organizationId)}.forked-${now.toISOString().replaceAll(':', '')}`;
      const moved = await ifThere(rename(fileOf(organizationId), aside).then(() => aside));
      if (moved !== null) await syncFolder(folder);
      return moved;
    },
    async organizations() {
      const names = (await ifThere(readdir(folder))) ?? [];
      return names.filter((name) => isId('org', name));
    },
  };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
