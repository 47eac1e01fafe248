import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indiscretionsIn } from '../support/answer-scan.ts';
import { startServer } from '../support/client.ts';
import { plantOtherTenant } from '../support/fuzz-callers.ts';
import { ODD, twinVocabularyOf, vocabularyOf } from '../support/fuzz-words.ts';
import { figure, hostileRuns } from '../support/hostile.ts';
import { plantTenant, rowsOf, stateOf } from '../support/isolation-tenant.ts';
import { leaksIn, secretsIn, without } from '../support/isolation-verdict.ts';
import { addressFrom, type RandomAddress } from '../support/random-address.ts';

const { seed, parameters } = hostileRuns({ short: 80, long: 3_000 });
const server = await startServer({ env: { RATE_LIMIT: 'off' } });
const { as, send } = server;
const owner = as('canary-owner');
const tenant = await plantTenant(owner, as);
const tenantId = tenant.nodes['Organization'] ?? '';
const other = await plantOtherTenant(server, tenant);
const stateBefore = await stateOf(server, [tenantId]);
const secrets = [
  ...secretsIn((await rowsOf(server, [tenantId])).values()).filter(
    (secret) => !secret.startsWith('usr_'),
  ),
  ...tenant.logIds,
];

/** Every row of a log is new when it is read again, where the reading is recorded. */
const NEW_EACH_TIME =
  /"?(?:x-export-id|exp_[0-9a-z]+|content-length|link|x-export-snapshot)"?[:,]"[^"]*"/g;

/** An answer without what the caller said: status, headers, body. */
async function answerTo(token: string, { method, path, headers, body, said }: RandomAddress) {
  const init = { method, body, headers: { ...headers, authorization: `Bearer ${token}` } };
  const response = await send(
    { ...init, headers: { ...init.headers, 'x-request-id': 'the-same-each-time' } },
    path,
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  const shown = JSON.stringify([Object.fromEntries(response.headers), bytes.toString('latin1')]);
  // A pack of evidence brings the verifier, and with it the words of a program.
  const isPack = response.headers.get('content-type') === 'application/zip';
  return { status: response.status, text: without(shown, said), isPack };
}

test('whatever the other doors let one ask, another tenant stays unseen and as it was', async () => {
  const tally: Record<string, number> = {};
  const statuses: Record<string, number> = {};
  // An export's filter is recorded in the log of who asked for it.
  const recorded = new Set(other.stored);
  const words = (foreign: ReturnType<typeof vocabularyOf>) => ({
    foreign,
    own: other.own,
    odd: ODD,
  });
  const numbers = fc.array(fc.nat(0xffff), { minLength: 10, maxLength: 30, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), numbers, async (who, chosen) => {
      const { role, token } = other.callers[who % other.callers.length] ?? { role: '', token: '' };
      const asked = addressFrom(chosen, words(vocabularyOf(tenant)));
      const real = await answerTo(token, asked);
      const never = await answerTo(token, addressFrom(chosen, words(twinVocabularyOf(tenant))));
      tally[role] = (tally[role] ?? 0) + 1;
      statuses[real.status] = (statuses[real.status] ?? 0) + 1;
      const shown = `${role} ${asked.method} ${asked.path} ${JSON.stringify(asked.headers)} ${asked.body}\n`;
      expect(real.status, shown + real.text).toBe(never.status);
      expect(real.status, shown + real.text).toBeLessThan(500);
      const refusal = ({ status, text }: typeof real) =>
        status < 400 ? status : text.replaceAll(NEW_EACH_TIME, '');
      expect(refusal(real), `${shown}: it tells what exists`).toBe(refusal(never));
      for (const word of asked.said) recorded.add(word);
      const rest = without(real.text, recorded);
      expect(leaksIn(rest, secrets), shown + rest.slice(0, 2_000)).toEqual([]);
      if (!real.isPack) expect(indiscretionsIn(real.text, asked.path), shown).toEqual([]);
      if (asked.body) expect(await stateOf(server, [tenantId]), shown).toBe(stateBefore);
    }),
    parameters,
  );
  expect(await stateOf(server, [tenantId])).toBe(stateBefore);
  figure('isolation fuzz of the other doors', { seed, byRole: tally, statuses, leaks: 0 });
});
