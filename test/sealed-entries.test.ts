import { describe, expect, test } from 'vitest';
import { exportEvidence } from '../src/features/audit-log/export-evidence.ts';
import { examineLog } from '../src/features/checkpoint/examine-log.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { actorCommitment, contentCommitment } from '../src/ledger/entry-body.ts';
import { partSaltsOf } from '../src/ledger/entry-seal.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { erase, storedLog, verifyLog } from './support/erasure.ts';
import { bytesOf, keyOfLog, unzipped, verifierRun } from './support/evidence-pack.ts';
import { NAUGHTY } from './support/naughty.ts';
import { createOrganization, record } from './support/organizations.ts';
import { storeAsBefore, withoutGuards } from './support/unguarded.ts';

const server = await startServer();
const { as, database, clock, signer } = server;
const ada = as('ada');
const operator = openSystemSession(database, clock, 'test');

/** Whose going takes which part of the entry that names them. */
const NAMED = {
  ACTOR: 'actor@example.com',
  CONTENT: 'content@example.com',
  RESOURCE_UID: 'clear@example.com',
};

const EVENT = { scope: 'COST', action: 'thing.touched' };
const NAMING = {
  ...EVENT,
  ...{ email: NAMED.ACTOR, actor: { type: 'USER', name: 'Somebody' }, ip: '192.0.2.7' },
  ...{ details: `Asked ${NAMED.CONTENT}.`, metadata: { n: 1, é: '\u{1F680}' } },
  ...{ resourceType: 'user', resourceUID: `users/${NAMED.RESOURCE_UID}` },
};

/** The place of the entry that names everybody. */
const AT = 2;

/** A log with that entry among others, stored as entries are now, or as they were before. */
async function logStored(how: 'now' | 'before'): Promise<OrganizationId> {
  const { id } = await createOrganization(ada, { name: 'Sealed' });
  await record(ada, id, [
    NAMING,
    EVENT,
    { ...EVENT, details: 'Of nobody', email: 'x@example.com' },
  ]);
  if (how === 'before') await withoutGuards(server, () => storeAsBefore(server, id));
  return id;
}

const rowOf = async (id: string): Promise<Data> => (await storedLog(server, id))[AT - 1];

const bodiesOf = async (id: string): Promise<(string | null)[]> =>
  dataOf(
    await ada(
      'query($id: ID!) { auditLogs(organizationId: $id, first: 50, orderBy: { field: SEQUENCE, direction: ASC }) { nodes { canonicalBody } } }',
      { id },
    ),
  ).auditLogs.nodes.map((node: Data) => node.canonicalBody);

/** The entries of a pack that was verified, of the whole log or of some of it. */
async function evidenceOf(id: OrganizationId, filter?: object): Promise<string[]> {
  const { parts } = await exportEvidence(operator, signer, id, filter ? { filter } : {});
  const pack = await bytesOf(parts);
  expect(verifierRun(pack, '--key', keyOfLog(signer, id))).toMatchObject({ code: 0 });
  return unzipped(pack)['entries.ndjson']?.trimEnd().split('\n') ?? [];
}

const problemsOf = async (id: OrganizationId): Promise<string[]> =>
  (await examineLog(operator, signer, id, true))
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ text }) => text);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Whether what is stored of an entry confirms who guesses a part of it right: by any bytes that stand
 * there, taken for the part's salt or for what salts are made from.
 */
function confirms(stored: Data, body: string, part: 'ACTOR' | 'CONTENT', guess: Data): boolean {
  const bytes = Object.values<Data>(stored).filter((value) => value instanceof Uint8Array);
  const salts = bytes
    .flatMap((one) => [one.subarray(0, 16), one.subarray(16), ...Object.values(partSaltsOf(one))])
    .filter(({ length }) => length === 16);
  const { actor, content } = JSON.parse(body);
  return salts.some((salt) =>
    part === 'ACTOR'
      ? hex(actorCommitment({ ...guess, name: guess.actorName }, salt)) === actor
      : hex(contentCommitment(guess, salt)) === content,
  );
}

/** Of each part, whether a guess of it can be confirmed, and whether a pack tells of it. */
async function toldOf(
  id: OrganizationId,
  parts: readonly ('ACTOR' | 'CONTENT')[],
  whole: Data,
  body: string,
) {
  const row = await rowOf(id);
  const line = JSON.parse((await evidenceOf(id))[AT - 1] ?? '');
  return parts.map((one) => [
    one,
    confirms(row, body, one, whole),
    line[one.toLowerCase()] !== null,
  ]);
}

test('entries stored now and before have the same bodies and the same lines of evidence', async () => {
  const id = await logStored('now');
  const bodies = await bodiesOf(id);
  const lines = await evidenceOf(id);
  const filter = { resourceUIDs: [NAMING.resourceUID] };
  const [selected] = await evidenceOf(id, filter);
  const upTo = lines.length;
  await withoutGuards(server, () => storeAsBefore(server, id));
  expect((await rowOf(id)).salt).toBeNull();
  expect((await bodiesOf(id)).slice(0, upTo)).toEqual(bodies.slice(0, upTo));
  expect(bodies).not.toContain(null);
  expect((await evidenceOf(id)).slice(0, upTo)).toEqual(lines);
  expect(Object.keys(JSON.parse(selected ?? ''))).toContain('proof');
  await evidenceOf(id, filter);
  expect(await problemsOf(id)).toEqual([]);
});

describe.each(['now', 'before'] as const)('of an entry stored as %s', (how) => {
  test.each([{ order: ['ACTOR', 'CONTENT'] }, { order: ['CONTENT', 'ACTOR'] }] as const)(
    'the erasure of $order.0, then of $order.1, leaves body, leaf and proofs, and nothing to test a guess by',
    async ({ order }) => {
      const id = await logStored(how);
      const whole = await rowOf(id);
      const body = (await bodiesOf(id))[AT - 1] ?? '';
      for (const part of order) expect(confirms(whole, body, part, whole)).toBe(true);
      for (const [index, part] of order.entries()) {
        expect(await erase(ada, id, NAMED[part])).toMatchObject({ entryCount: 1 });
        const row = await rowOf(id);
        expect(row.erased.split(' ').sort()).toEqual(order.slice(0, index + 1).toSorted());
        expect((await bodiesOf(id))[AT - 1]).toBe(body);
        expect(await verifyLog(server, id)).toBe(0);
        expect(await problemsOf(id)).toEqual([]);
        const told = order.map((one, n) => [one, n > index, n > index]);
        expect(await toldOf(id, order, whole, body)).toEqual(told);
      }
      const others = (await storedLog(server, id)).filter(({ erased }) => erased === null);
      for (const { salt, actorSalt } of others) expect(salt ?? actorSalt).not.toBeNull();
    },
  );

  test('the erasure of what stands in clear alone takes no salt and stores none', async () => {
    const id = await logStored(how);
    const { resourceUID: _, erased: __, ...before } = await rowOf(id);
    expect(await erase(ada, id, NAMED.RESOURCE_UID)).toMatchObject({ bodyCount: 1 });
    const after = await rowOf(id);
    expect(after).toEqual({ ...before, resourceUID: null, erased: 'RESOURCE_UID' });
    await erase(ada, id, NAMED.ACTOR);
    await erase(ada, id, NAMED.CONTENT);
    expect((await rowOf(id)).erased).toBe('ACTOR CONTENT RESOURCE_UID');
    expect(await verifyLog(server, id)).toBe(1);
    expect(await problemsOf(id)).toEqual([]);
    await evidenceOf(id);
  });

  test('two erasures at once, of either part, leave what each alone would', async () => {
    const { id } = await createOrganization(ada, { name: 'Twice' });
    const events = Array.from({ length: 700 }, (_, n) => ({ ...NAMING, metadata: { n } }));
    for (let from = 0; from < events.length; from += 100) {
      await record(ada, id, events.slice(from, from + 100));
    }
    if (how === 'before') await withoutGuards(server, () => storeAsBefore(server, id));
    const bodies = await bodiesOf(id);
    await Promise.all([erase(ada, id, NAMED.ACTOR), erase(ada, id, NAMED.CONTENT)]);
    expect(await verifyLog(server, id)).toBe(0);
    expect(await bodiesOf(id)).toEqual(bodies);
    const rows = (await storedLog(server, id)).slice(1, events.length + 1);
    expect(new Set(rows.map(({ erased }) => erased))).toEqual(new Set(['ACTOR CONTENT']));
    for (const { actorCommitment: actor, contentCommitment: content } of rows) {
      expect([actor.length, content.length]).toEqual([32, 32]);
    }
  });
});

test('whatever an entry says, what erasure leaves of it is what its leaf was made of', async () => {
  const { id } = await createOrganization(ada, { name: 'Said' });
  const said = [
    Array.from({ length: 32 }, (_, n) => String.fromCharCode(n + 1)).join(''),
    '\u007f\u0080\u2028\u2029\ufeff\ufffd',
    ...NAUGHTY.filter((text) => text.isWellFormed() && !text.includes('\u0000')),
  ];
  const events = said.map((text, n) => ({
    ...EVENT,
    ...{ email: NAMED.ACTOR, actor: { type: 'USER', name: text.slice(0, 100) || null } },
    ...{ userAgent: text.slice(0, 100) || null, details: `${text} ${n % 2 ? NAMED.CONTENT : ''}` },
    metadata: { [`about ${text.slice(0, 100)}`]: text },
  }));
  for (let at = 0; at < events.length; at += 100) {
    await record(ada, id, events.slice(at, at + 100));
  }
  const stored = (await storedLog(server, id)).slice(1);
  expect(stored.length).toBeGreaterThan(500);
  const naming = stored.filter(({ details }) => details.includes(NAMED.CONTENT));
  expect((await erase(ada, id, NAMED.CONTENT)).contentCount).toBe(naming.length);
  expect((await erase(ada, id, NAMED.ACTOR)).actorCount).toBe(stored.length);
  expect(await verifyLog(server, id)).toBe(0);
});
