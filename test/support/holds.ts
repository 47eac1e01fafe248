import { expect } from 'vitest';
import type { Client, Data } from './client.ts';
import { call } from './members.ts';

export const HOLD = 'legalHold { id organizationId filter reason createdAt createdBy { email } }';

/** Asks for a legal hold, whatever is answered. */
export const tryHold = (
  client: Client,
  organizationId: string,
  filter: object,
  reason = 'Suit 7',
) => call(client, 'createLegalHold', { organizationId, filter, reason }, HOLD);

/** A new legal hold over the organization's log. */
export async function createHold(
  client: Client,
  organizationId: string,
  filter: object,
  reason?: string,
): Promise<Data> {
  const answer = await tryHold(client, organizationId, filter, reason);
  expect(answer).toMatchObject({ __typename: 'CreateLegalHoldSuccess' });
  return answer.legalHold;
}

/** Releases a hold, whatever is answered. */
export const releaseHold = (client: Client, legalHoldId: string): Promise<Data> =>
  call(client, 'releaseLegalHold', { legalHoldId }, HOLD);
