import { expect, test } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { ForbiddenError, NotFoundError } from '../src/kernel/errors.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { openSession, type Session } from '../src/ledger/session.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf } from './support/organizations.ts';

const { as, clock, database, query, url } = await startServer();
const ada = as('ada');
const EVENT = { scope: 'COST', action: 'a.b' } as const;

async function sessionOf(name: string, on = database): Promise<Session> {
  const { viewer } = dataOf(await as(name)('{ viewer { user { id } } }'));
  const email = `${name}@example.com`;
  return openSession(on, clock, { type: 'USER', id: viewer.user.id, email, name });
}

/** An organization whose log this process has just appended to, twice, so that it knows it. */
async function knownLog(name: string): Promise<OrganizationId> {
  const { id } = await createOrganization(ada, { name });
  const session = await sessionOf('ada');
  await recordAuditLogs(session, id, [EVENT]);
  await recordAuditLogs(session, id, [EVENT]);
  return id;
}

const statuses = async (session: Session, id: OrganizationId, events: object[]) =>
  (
    await recordAuditLogs(
      session,
      id,
      events.map((event) => ({ ...EVENT, ...event })),
    )
  ).map(({ status }) => status);

test('what another process or a change appended meanwhile is built upon, not written over', async () => {
  const id = await knownLog('Moved on');
  const session = await sessionOf('ada');
  const other = await openDatabase(url);
  const elsewhere = await sessionOf('ada', other);
  for (let round = 0; round < 3; round++) {
    expect(await statuses(elsewhere, id, [{}])).toEqual(['RECORDED']);
    expect(await statuses(session, id, [{}, {}])).toEqual(['RECORDED', 'RECORDED']);
    dataOf(
      await ada(
        'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }',
        { input: { organizationId: id, name: `Moved on ${round}` } },
      ),
    );
    expect(await statuses(session, id, [{}])).toEqual(['RECORDED']);
  }
  await other.close();
  const sequences = (await logOf(as('ada'), id)).map(({ sequence }) => sequence);
  expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index + 1));
  expect(sequences).toHaveLength(18);
});

test('a key that the log has seen is known again, also where the log is remembered', async () => {
  const id = await knownLog('Keys');
  const session = await sessionOf('ada');
  const keyed = { idempotencyKey: 'once' };
  expect(await statuses(session, id, [keyed])).toEqual(['RECORDED']);
  expect(await statuses(session, id, [{}, keyed])).toEqual(['RECORDED', 'DUPLICATE']);
  expect(await statuses(session, id, [{ ...keyed, details: 'other' }])).toEqual(['REJECTED']);
});

test('the same key told in many batches at once is recorded once', async () => {
  const id = await knownLog('At once');
  const session = await sessionOf('ada');
  const told = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      statuses(session, id, [{ idempotencyKey: `k${n % 10}` }, {}]),
    ),
  );
  const firsts = told.map(([status]) => status);
  expect(firsts.filter((status) => status === 'RECORDED')).toHaveLength(10);
  expect(firsts.filter((status) => status === 'DUPLICATE')).toHaveLength(90);
});

test('a call of many events is stored whole and in its order, also when it has to be done over', async () => {
  const id = await knownLog('Many');
  const session = await sessionOf('ada');
  expect(await statuses(session, id, [{ idempotencyKey: 'told' }])).toEqual(['RECORDED']);
  const many = (name: string, more: object) =>
    Array.from({ length: 1_000 }, (_, n) => ({
      ...{ resourceUID: `${name}${n}` },
      ...(n === 900 ? more : {}),
    }));
  const other = await openDatabase(url);
  const elsewhere = await sessionOf('ada', other);
  const told = await Promise.all([
    statuses(session, id, many('a', {})),
    statuses(session, id, many('b', { idempotencyKey: 'told' })),
    statuses(elsewhere, id, many('c', {})),
    statuses(session, id, many('d', {})),
  ]);
  await other.close();
  const counts = told.map((all) => all.filter((status) => status === 'RECORDED').length);
  expect(counts).toEqual([1_000, 999, 1_000, 1_000]);
  expect(told[1]?.[900]).toBe('REJECTED');
  const stored = await query<{ sequence: Data; resourceUID: string }>(
    `SELECT e."sequence", e."resourceUID" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId"
    WHERE l."organizationId" = $1 AND e."resourceUID" <> $1 ORDER BY e."sequence"`,
    [id],
  );
  expect(stored).toHaveLength(3_999);
  for (const name of ['a', 'b', 'c', 'd']) {
    const own = stored.filter(({ resourceUID }) => resourceUID.startsWith(name));
    const numbers = own.map(({ resourceUID }) => Number(resourceUID.slice(1)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const span = Number(own.at(-1)?.sequence) - Number(own[0]?.sequence);
    expect(span).toBe(own.length - 1);
  }
});

test('a role that was taken away writes nothing more, however well the log is remembered', async () => {
  const id = await knownLog('Demoted');
  await addMember(query, as, id, 'bob', 'ADMIN');
  const bob = await sessionOf('bob');
  expect(await statuses(bob, id, [{}])).toEqual(['RECORDED']);
  expect(await statuses(bob, id, [{}])).toEqual(['RECORDED']);
  const change = async (mutation: string, input: object) =>
    dataOf(
      await ada(
        `mutation($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { __typename } }`,
        { input },
      ),
    );
  const userId = bob.actor.id;
  await change('changeMemberRole', { organizationId: id, userId, role: 'MEMBER' });
  await expect(statuses(bob, id, [{}])).rejects.toBeInstanceOf(ForbiddenError);
  await change('removeMember', { organizationId: id, userId });
  await expect(statuses(bob, id, [{}])).rejects.toBeInstanceOf(NotFoundError);
});
