import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { canonicalJson } from '../src/kernel/json-value.ts';
import { type Data, startServer, tokenOf } from './support/client.ts';
import { commandLine, temporaryFile } from './support/command-line.ts';
import { createOrganization, record } from './support/organizations.ts';
import { realEvents } from './support/real-events.ts';

const { as, send, url } = await startServer();
const ada = as('ada');

/** Each event once: some files tell one twice. */
const given: Data[] = [
  ...new Map(
    realEvents().map((line) => {
      const event = JSON.parse(line);
      return [canonicalJson(event), event] as const;
    }),
  ).values(),
];

const PIECE = 250;
const pieces = Array.from({ length: Math.ceil(given.length / PIECE) }, (_, n) =>
  given.slice(n * PIECE, (n + 1) * PIECE),
);
const ndjson = (events: readonly object[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

async function ask(organizationId: string, path: string, init: RequestInit = {}) {
  const authorization = `Bearer ${await tokenOf('ada')}`;
  const headers = { authorization, 'x-organization-id': organizationId, ...init.headers };
  return send({ ...init, headers }, path);
}

const post = (organizationId: string, type: string, body: string) =>
  ask(organizationId, '/api/audit-logs?defaultScope=platform', {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });

/** An event as GraphQL takes it: what only its producer knows goes into the metadata. */
function inputOf(event: Data) {
  const { source, sourceEventId, nativeAction, detailsFrom, raw, actorName, createdAt, ...rest } =
    event;
  const type = rest.email ? 'USER' : actorName ? 'SERVICE' : 'SYSTEM';
  return {
    ...rest,
    scope: (rest.scope ?? 'platform').toUpperCase(),
    actor: { type, name: actorName },
    createdAt: createdAt && new Date(createdAt).toISOString(),
    metadata: { source, sourceEventId, nativeAction, detailsFrom, raw },
  };
}

const DOORS = {
  'an NDJSON stream': async (id: string) => {
    const answer = await post(id, 'application/x-ndjson', ndjson(given));
    const last = JSON.parse((await answer.text()).trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ done: true, recorded: given.length, rejected: 0 });
  },
  'JSON arrays': async (id: string) => {
    for (const piece of pieces) {
      const answer = await post(id, 'application/json', JSON.stringify(piece));
      expect(await answer.json()).toMatchObject({ recorded: piece.length, rejected: 0 });
    }
  },
  recordAuditLogs: async (id: string) => {
    for (const piece of pieces) {
      const result = await record(ada, id, piece.map(inputOf));
      expect(result).toMatchObject({ recordedCount: piece.length, rejectedCount: 0 });
    }
  },
  'the import command': async (id: string) => {
    const file = temporaryFile('events.ndjson', ndjson(given));
    const words = ['import', file, '--organization', id, '--default-scope', 'platform'];
    const { code, stderr } = await commandLine(url).run(...words);
    expect([code, stderr.includes('Stopped')]).toEqual([0, false]);
  },
};

/** A cell without the apostrophe that keeps a spreadsheet from running it. */
const plain = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r])/, '');

const orNull = (value: Data) => value ?? null;

/** Every field that was given stands in both forms as it was given. */
function expectSame(event: Data, line: Data, row: Data): void {
  const { source, sourceEventId, nativeAction, detailsFrom, raw, actorName, ...fields } = event;
  const metadata = JSON.parse(row.metadata);
  for (const [field, value] of Object.entries({
    ...{ source, sourceEventId, nativeAction, detailsFrom, raw },
  })) {
    const said = [line.metadata, metadata].map((told) => orNull(told[field]));
    expect([field, ...said]).toEqual([field, orNull(value), orNull(value)]);
  }
  const names = [orNull(line.actor.name), plain(row.actorName) || null];
  expect(names).toEqual([orNull(actorName), orNull(actorName)]);
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) continue;
    const kept = keptAs(field, value);
    expect([field, line[field], plain(row[field])]).toEqual([field, kept, kept]);
  }
}

/** How a field is told, where that is not as it was given. */
function keptAs(field: string, value: Data): Data {
  if (field === 'email') return value.toLowerCase();
  if (field === 'scope') return value.toUpperCase();
  return field === 'createdAt' ? new Date(value).toISOString() : value;
}

const REST = 'notAction=organization.created,auditLog.*';

test.each(Object.entries(DOORS))(
  'real events that go in by %s come out of either format as they were given',
  async (name, enter) => {
    const { id } = await createOrganization(ada, { name });
    await enter(id);
    const lines = (await (await ask(id, `/api/audit-logs/export?${REST}`)).text())
      .split('\n')
      .slice(0, given.length)
      .map((line) => JSON.parse(line));
    const sheet = await (await ask(id, `/api/audit-logs/export?format=csv&${REST}`)).text();
    const rows: Data[] = parse(sheet, { columns: true });
    expect(rows).toHaveLength(given.length);
    for (const [index, event] of given.entries()) expectSame(event, lines[index], rows[index]);
  },
  600_000,
);
