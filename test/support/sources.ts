import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One file of the product. */
export interface Source {
  /** From the root of the repository, with slashes. */
  readonly file: string;
  readonly text: string;
}

/** Every TypeScript file under src/ but the generated ones. */
export const sources = (): Source[] =>
  readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name).replaceAll(path.sep, '/'))
    .filter((file) => !file.startsWith('src/generated/'))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
