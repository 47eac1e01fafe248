import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presentModels } from '../../src/database/committed-migrations.ts';

const script = new URL('../../scripts/derive-models.js', import.meta.url);
const { postgresqlModels } = (await import(script.href)) as {
  postgresqlModels(models: string): string;
};

test('the Postgres models are those of SQLite, derived', () => {
  expect(presentModels('postgresql')).toBe(postgresqlModels(presentModels('sqlite')));
});

test('a schema that the derivation no longer understands is refused, not passed on', () => {
  const file = new URL('../../prisma/schema.prisma', import.meta.url);
  const renamed = readFileSync(file, 'utf8').replace('"sqlite"', '"mysql"');
  expect(() => postgresqlModels(renamed)).toThrow('mend scripts/derive-models.js');
});
