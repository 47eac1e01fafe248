import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { Provider } from './database.ts';

/** One committed migration: the name of its folder, and the SQL in it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Prisma's schema engine, bound to one database. */
export interface SchemaEngine {
  /** Applies what is not applied yet, in order, and writes Prisma's own `_prisma_migrations`. */
  apply(migrations: readonly Migration[]): Promise<void>;
  /** Notes that a migration failed and left nothing behind. */
  markRolledBack(name: string): Promise<void>;
  /** The SQL that leads from the models in `from` (null: an empty database) to those in `to`. */
  diffModels(from: string | null, to: string): Promise<string>;
  /** The SQL that the database still lacks to be as the models in `to`; empty when it lacks none. */
  diffDatabase(to: string): Promise<string>;
  close(): Promise<void>;
}

const NO_CHANGE = /^\s*(--.*)?\s*$/;
const filters = { externalTables: [], externalEnums: [] };
const asFiles = (models: string) => [{ path: 'schema.prisma', content: models }];

/** Starts the engine, WebAssembly in this process, on what `factory` connects to. */
export async function startSchemaEngine(
  provider: Provider,
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  await instantiate();
  const connections: SqlDriverAdapter[] = [];
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', `datasource db {\n  provider = "${provider}"\n}\n`]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory({
      provider: factory.provider,
      adapterName: factory.adapterName,
      connectToShadowDb: () => factory.connectToShadowDb(),
      connect: async () => {
        const connection = await factory.connect();
        connections.push(connection);
        return connection;
      },
    }),
  );
  const diff = async (from: object, to: string): Promise<string> => {
    const { stdout } = await engine.diff({
      from: from as never,
      to: { tag: 'schemaDatamodel', files: asFiles(to) },
      script: true,
      exitCode: null,
      filters,
    });
    return stdout === null || NO_CHANGE.test(stdout) ? '' : stdout;
  };
  return {
    apply: async (migrations) => {
      await engine.applyMigrations({ migrationsList: listOf(provider, migrations), filters });
    },
    markRolledBack: async (name) => {
      await engine.markMigrationRolledBack({ migrationName: name });
    },
    diffModels: (from, to) =>
      diff(from === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: asFiles(from) }, to),
    diffDatabase: (to) => diff({ tag: 'schemaDatasource', files: asFiles(to), configDir: '/' }, to),
    close: async () => {
      engine.free();
      // The engine leaves its connections open.
      await Promise.all(connections.map((connection) => connection.dispose()));
    },
  };
}

const listOf = (provider: Provider, migrations: readonly Migration[]) => ({
  baseDir: '/migrations',
  lockfile: { path: 'migration_lock.toml', content: `provider = "${provider}"\n` },
  shadowDbInitScript: '',
  migrationDirectories: migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
  })),
});

/** What Node has and only the browser's type library declares. */
interface WithWebAssembly {
  WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: object,
    ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
  };
}

let instance: Promise<void> | undefined;

function instantiate(): Promise<void> {
  instance ??= isLoaded() ? Promise.resolve() : load();
  return instance;
}

/** Whether another copy of this file, as test runners make them, has loaded the package's one engine. */
function isLoaded(): boolean {
  try {
    return bindings.version() !== '';
  } catch {
    return false;
  }
}

/** The package expects a bundler to load its WebAssembly: done by hand here, once. */
async function load(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  );
  const wasm = readFileSync(path.join(path.dirname(entry), 'schema_engine_bg.wasm'));
  const { WebAssembly } = globalThis as unknown as WithWebAssembly;
  const loaded = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(loaded.instance.exports);
  loaded.instance.exports.__wbindgen_start();
}
