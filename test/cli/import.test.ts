import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { commandLine, temporaryFile } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownedOrganization, storedEntries } from '../support/owned-organization.ts';

const EXCERPT = path.resolve(import.meta.dirname, '../fixtures/events-excerpt.ndjson');

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

const run = (...words: string[]) => commandLine(fresh.url).run('import', ...words);

/** The imported entries: all but the first, which tells of the organization's creation. */
const imported = async (id: OrganizationId) => (await storedEntries(fresh.database, id)).slice(1);

const line = (fields: object): string =>
  JSON.stringify({ scope: 'cost', action: 'budget.created', ...fields });

/** What must be stored of a foreign event. */
// biome-ignore lint/suspicious/noExplicitAny: parsed JSON, which the comparison itself checks
function expectedOf(event: any) {
  const { source, sourceEventId, nativeAction, detailsFrom, raw, createdAt } = event;
  const isFiner = /\.\d{3}\d*[1-9]/.test(createdAt ?? '');
  const kept = {
    ...{ source, sourceEventId, nativeAction, detailsFrom, raw },
    createdAt: isFiner ? createdAt : null,
  };
  return {
    scope: (event.scope ?? 'platform').toUpperCase(),
    action: event.action,
    email: event.email?.toLowerCase() ?? null,
    actorName: event.actorName,
    actorType: event.email ? 'USER' : (event.actorName && 'SERVICE') || 'SYSTEM',
    resourceUID: event.resourceUID,
    details: event.details,
    ip: event.ip,
    userAgent: event.userAgent,
    origin: 'PRODUCER',
    createdAt: createdAt ? Date.parse(createdAt) : 'when it was stored',
    metadata: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null)),
  };
}

/** The same of a stored entry. */
function storedOf(entry: Awaited<ReturnType<typeof imported>>[number]) {
  const { scope, action, email, actorName, actorType, resourceUID, details, origin } = entry;
  const isUndated = entry.createdAtMs === entry.recordedAtMs;
  return {
    ...{ scope, action, email, actorName, actorType, resourceUID, details, origin },
    ip: entry.ip,
    userAgent: entry.userAgent,
    createdAt: isUndated ? 'when it was stored' : Number(entry.createdAtMs),
    metadata: JSON.parse(entry.metadata),
  };
}

describe('an excerpt of real events', () => {
  const lines = readFileSync(EXCERPT, 'utf8').trimEnd().split('\n');

  test('arrives whole and in order, names what it refuses, and is never stored twice', async () => {
    const { id } = await ownedOrganization(fresh.database, 'excerpt');
    const first = await run(EXCERPT, '--organization', 'excerpt');
    expect(first.stdout).toContain('58 recorded, 1 duplicate, 2 rejected');
    expect(first.stdout).toMatch(/^file +recorded +duplicate +rejected$/m);
    expect(first.stdout).toMatch(/ 58 +1 +2$/m);
    expect(first.stdout).toContain(
      `${EXCERPT}:58: scope: It has none, and the action is not in the catalogue`,
    );
    expect(first.code).toBe(2);

    const second = await run(EXCERPT, '--organization', id, '--default-scope', 'platform');
    expect(second.stdout).toContain('2 recorded, 59 duplicate, 0 rejected');
    expect(second.code).toBe(0);
    const third = await run(EXCERPT, '--organization', id, '--default-scope', 'platform');
    expect(third.stdout).toContain('0 recorded, 61 duplicate, 0 rejected');

    const entries = await imported(id);
    const told = lines.map((text) => JSON.parse(text));
    const [scopeless, scoped] = [
      told.filter(({ scope }) => scope === null),
      told.filter(({ scope }) => scope !== null),
    ];
    // Two lines of the excerpt differ in nothing but the order of keys and how a number is written.
    const again = scoped.findIndex(
      ({ action }, index) => action === 'repo.archived' && scoped[index - 1]?.action === action,
    );
    const expected = [...scoped.toSpliced(again, 1), ...scopeless];
    expect(entries).toHaveLength(expected.length);
    expect(entries.map(storedOf)).toEqual(expected.map(expectedOf));
  });

  test('covers what real logs hold', () => {
    const all = lines.join('\n');
    const told = lines.map((text) => JSON.parse(text));
    expect(all).toMatch(/[\u0590-\u06ff]/);
    expect(all).toMatch(/[\u{10000}-\u{10ffff}]/u);
    expect(told.some(({ details }) => details?.includes('\n'))).toBe(true);
    expect(told.some(({ createdAt }) => createdAt === null)).toBe(true);
    expect(told.some(({ ip }) => ip?.includes(':'))).toBe(true);
    expect(told.some(({ email }) => email && email !== email.toLowerCase())).toBe(true);
    expect(new Set(told.map(({ scope }) => scope)).size).toBe(6);
  });
});

describe('a bad line', () => {
  test('is refused alone, by its number and rule; its neighbours are stored', async () => {
    const { id } = await ownedOrganization(fresh.database, 'bad-lines');
    const bad: [string | Uint8Array, string][] = [
      ['{"action": ', 'Not JSON.'],
      ['["budget.created"]', 'Not a JSON object.'],
      ['{"action":"a.b","action":"c.d","scope":"cost"}', 'action: A key must not be given twice.'],
      [line({ metadata: { n: 1 } }).replace('1', '9007199254740993'), 'metadata.n: Must not be an'],
      [
        line({ details: 'x' }).replace('x', '\\ud800'),
        'details: Must not contain a lone surrogate',
      ],
      [line({ details: 'x\0' }), 'details: Must not contain the character U+0000'],
      [
        Buffer.from([...Buffer.from('{"action":"'), 0xc3, 0x28, ...Buffer.from('"}')]),
        'Not UTF-8.',
      ],
      [line({ details: 'x'.repeat(1024 * 1024) }), 'A line has at most 1048576 bytes.'],
      [line({ detials: 'x' }), 'detials: Unknown field; did you mean details?'],
      [line({ scope: 'scheduler' }), 'scope: Must be one of PLATFORM'],
      [line({ action: undefined }), 'action: Required.'],
      [line({ details: 7 }), 'details: Must be a string.'],
      [line({ createdAt: '2025-02-30T00:00:00Z' }), 'createdAt: The day must be from 01 to 28'],
      [line({ createdAt: '2999-01-01T00:00:00Z' }), 'createdAt: Lies more than 5 minutes ahead'],
      [line({ email: 'nobody' }), 'email: '],
      [line({ source: 's', metadata: {} }), 'metadata: Does not go together with source'],
      [line({ metadata: { fat: 'x'.repeat(300_000) } }), 'An event holds at most'],
      [line({ createdAt: '2025-01-01T00:00:00.0001Z', metadata: { createdAt: 1 } }), 'createdAt: '],
    ];
    const good = (n: number) => line({ details: `neighbour ${n} ${'ß'.repeat(67_154)}` });
    const content = Buffer.concat(
      bad.flatMap(([text], index) => [
        Buffer.from(text),
        Buffer.from(`\n${index < 3 ? good(index) : ''}\r\n`),
      ]),
    );
    const file = temporaryFile('bad.ndjson', content);
    const kept = temporaryFile('rejected.ndjson', '');
    const { code, stdout } = await run(file, '--organization', id, '--rejected', kept);
    expect(stdout).toContain(`3 recorded, 0 duplicate, ${bad.length} rejected`);
    expect(code).toBe(2);
    const rejections = readFileSync(kept, 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    for (const [index, [, reason]] of bad.entries()) {
      expect(rejections[index]).toMatchObject({ file, line: 2 * index + 1 });
      expect(rejections[index].reason).toContain(reason);
      expect(stdout).toContain(`${file}:${2 * index + 1}: ${reason}`);
    }
    const entries = await imported(id);
    expect(entries.map(({ details }) => details?.length)).toEqual([67_166, 67_166, 67_166]);
  });

  test('cannot steer the terminal that shows why it was refused', async () => {
    const { id } = await ownedOrganization(fresh.database, 'terminal');
    const file = temporaryFile('escape.ndjson', line({ '\u001b[2J': 1 }));
    const { stdout } = await run(file, '--organization', id);
    expect(stdout).toContain('\\u{1b}[2J: Unknown field');
    expect(stdout).not.toContain('\u001b');
  });
});

test('a line in the shape of recordAuditLogs is stored as the mutation would store it', async () => {
  const { id } = await ownedOrganization(fresh.database, 'own-shape');
  const events = [
    line({
      scope: 'SCHEDULING',
      actor: { type: 'API_KEY', id: 'k1', name: 'cron' },
      resourceType: 'schedule',
      changes: [{ path: 'name', from: null, to: 'New' }],
      metadata: { ['__proto__']: { kept: true }, a: 1 },
      outcome: 'FAILURE',
      idempotencyKey: 'own-1',
    }),
    '{"action":"budget.created","metadata":{"__proto__":"kept"},"scope":"cost"}',
  ];
  const file = temporaryFile('own.ndjson', `\uFEFF${events.join('\n')}`);
  expect((await run(file, '--organization', id)).stdout).toContain(
    '2 recorded, 0 duplicate, 0 rej',
  );
  const [first, second] = await imported(id);
  expect(first).toMatchObject({
    scope: 'SCHEDULING',
    actorType: 'API_KEY',
    actorId: 'k1',
    actorName: 'cron',
    resourceType: 'schedule',
    changes: '[{"from":null,"path":"name","to":"New"}]',
    outcome: 'FAILURE',
  });
  expect(second?.metadata).toBe('{"__proto__":"kept"}');
});

describe('a command that cannot begin', () => {
  test('names the nearest organizations', async () => {
    await ownedOrganization(fresh.database, 'nearby');
    const { code, stderr } = await run(EXCERPT, '--organization', 'neerby');
    expect(stderr).toMatch(/no organization with the id or slug "neerby"\. Nearest: nearby,/);
    expect(code).toBe(1);
  });

  test.each([
    [['no-such-file', '--organization', 'x'], 'no-such-file: there is no such file.'],
    [[EXCERPT], "required option '--organization <id|slug>' not specified"],
    [[EXCERPT, '--organisation', 'x'], 'Did you mean --organization?'],
    [[EXCERPT, '--organization', 'x', '--batch-size', '0'], 'Give a whole number from 1 to 1000.'],
    [[EXCERPT, '--organization', 'x', '--default-scope', 'all'], 'Allowed choices are platform'],
    [[EXCERPT, '--organization', 'x', '--rejected', EXCERPT], 'is one of the files to import'],
  ])('says what is wrong: %j', async (words, message) => {
    const { code, stderr } = await run(...words);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
