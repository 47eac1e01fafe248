import fc from 'fast-check';
import type { AuditLog } from '../../src/features/audit-log/audit-log.ts';
import type { AuditLogFilter } from '../../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../../src/features/audit-log/list-audit-logs.ts';
import { readEvent } from '../../src/features/audit-log/record-event.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { ACTOR_TYPES, AUDIT_OUTCOMES, PRODUCT_SCOPES } from '../../src/kernel/vocabulary.ts';
import type { Session } from '../../src/ledger/session.ts';

/** A cursor of before there were snapshots: those stay readable. */
export const cursorOf = ({ createdAt, sequence }: AuditLog): string =>
  Buffer.from(`${createdAt.getTime()}.${sequence}`).toString('base64url');

/** Every entry of a log, page by page, by sequence. */
export async function everyEntry(session: Session, id: OrganizationId): Promise<AuditLog[]> {
  const entries: AuditLog[] = [];
  for (let after: string | null = null; ; ) {
    const page = await listAuditLogs(session, id, {
      orderBy: { field: 'SEQUENCE', direction: 'ASC' },
      first: 100,
      after,
    });
    entries.push(...page.rows);
    const last = page.rows.at(-1);
    if (!page.hasNextPage || !last) return entries;
    after = cursorOf(last);
  }
}

/** The events in lines of other systems, many of one instant, so that the sequence has something to decide. */
export function sampleEvents(lines: readonly string[]) {
  return lines.flatMap((line) => {
    const read = readEvent(JSON.parse(line), { defaultScope: 'PROVISIONING', keyByContent: false });
    if (!('event' in read)) return [];
    const { createdAt, idempotencyKey, ...event } = read.event;
    const coarse = createdAt && new Date(Math.floor(createdAt.getTime() / 60_000) * 60_000);
    return [{ ...event, createdAt: coarse }];
  });
}

/** Events in calls of so many. */
export function inCalls<T>(events: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, at) =>
    events.slice(at * size, (at + 1) * size),
  );
}

/** Filters made of values that the entries have, and of some that none has. */
export function anyFilter(entries: readonly AuditLog[]): fc.Arbitrary<AuditLogFilter> {
  const some = <T>(values: readonly (T | null)[], others: readonly T[] = []) => {
    const known = [...new Set([...values.filter((value) => value !== null), ...others])];
    return fc.option(fc.array(fc.constantFrom(...known), { maxLength: 4 }), {
      freq: 2,
      nil: undefined,
    });
  };
  const actions = entries.map(({ action }) => action);
  const prefixes = actions.flatMap((action) => {
    const dot = action.indexOf('.');
    return dot > 0 ? [`${action.slice(0, dot)}.*`] : [];
  });
  const emails = entries.map(({ email }) => email);
  const words = entries
    .flatMap(({ details }) => [
      ...(details ?? '').split(' ').slice(0, 2),
      (details ?? '').slice(3, 12).trim(),
      (details ?? '').slice(-2).toUpperCase(),
    ])
    .filter(Boolean);
  // Too many, of real events, to be the arguments of a call.
  const word = fc.nat(words.length - 1).map((at) => words[at] ?? '');
  const times = entries.map(({ createdAt }) => createdAt.getTime());
  const span = fc
    .tuple(fc.constantFrom(...times), fc.constantFrom(...times))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ from: new Date(Math.min(a, b)), to: new Date(Math.max(a, b)) }));
  return fc.record(
    {
      scopes: some(PRODUCT_SCOPES),
      actions: some([...actions, ...prefixes], ['no.such', 'none.*']),
      notActions: some([...prefixes, ...actions.slice(0, 5)]),
      emails: some(emails, ['nobody@example.com']),
      notEmails: some(emails),
      resourceUIDs: some(entries.map(({ resourceUID }) => resourceUID)),
      actorTypes: some(ACTOR_TYPES),
      outcomes: some(AUDIT_OUTCOMES),
      createdAt: fc.option(span, { freq: 2, nil: undefined }),
      search: fc.option(word, { freq: 1, nil: undefined }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<AuditLogFilter>;
}
