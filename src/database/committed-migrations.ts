import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Provider } from './database.ts';
import type { Migration } from './schema-engine.ts';

/** The folder of a provider's migrations, its lock file and the models they lead to. */
export const migrationsFolder = (provider: Provider): string =>
  path.join(import.meta.dirname, '..', '..', 'prisma', 'migrations', provider);

/** The migrations in a folder, oldest first. */
export const committedMigrations = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => ({
      name,
      sql: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8'),
    }));

/** The models of a provider as they are now. */
export const presentModels = (provider: Provider): string =>
  readFileSync(path.join(migrationsFolder(provider), '..', '..', MODEL_FILES[provider]), 'utf8');

const MODEL_FILES = { sqlite: 'schema.prisma', postgresql: 'postgresql.prisma' } as const;
