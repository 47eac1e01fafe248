/** Derives the Postgres models and generates both Prisma clients, offline. Run by `npm install`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { postgresqlModels } from './derive-models.js';

const pathOf = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js');

writeFileSync(
  pathOf('prisma/postgresql.prisma'),
  postgresqlModels(readFileSync(pathOf('prisma/schema.prisma'), 'utf8')),
);

for (const schema of ['prisma/schema.prisma', 'prisma/postgresql.prisma']) {
  const { status, error, stdout, stderr } = spawnSync(
    process.execPath,
    [prisma, 'generate', '--schema', pathOf(schema)],
    {
      cwd: pathOf(''),
      encoding: 'utf8',
      env: {
        ...process.env,
        // Every Prisma command wants to download this engine, and `generate` never runs it.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}\nprisma generate failed on ${schema}.\n`);
    process.exit(status ?? 1);
  }
}
