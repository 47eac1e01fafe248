import { expect, test } from 'vitest';
import { rememberingPeople } from '../src/features/identity/remembered-people.ts';

function people(expiresAtMs = 1_000_000) {
  const state = { nowMs: 0, proofs: 0, refuses: false };
  const personOf = rememberingPeople(
    () => new Date(state.nowMs),
    async (token) => {
      if (state.refuses) throw new Error('refused');
      state.proofs += 1;
      const actor = { type: 'USER', id: token, email: 'ada@example.com', name: null } as never;
      return { caller: { actor, tokenOrganizationId: null }, expiresAtMs };
    },
  );
  return { state, personOf };
}

test('a token is verified once in five seconds, and each token for itself', async () => {
  const { state, personOf } = people();
  for (const token of ['a', 'a', 'b', 'a', 'b']) {
    expect((await personOf(token)).actor.id).toBe(token);
  }
  expect(state.proofs).toBe(2);
  state.nowMs = 4_999;
  await personOf('a');
  expect(state.proofs).toBe(2);
  state.nowMs = 5_000;
  await personOf('a');
  expect(state.proofs).toBe(3);
});

test('a token is not remembered beyond its end, and a refusal not at all', async () => {
  const { state, personOf } = people(2_000);
  await personOf('a');
  state.refuses = true;
  state.nowMs = 1_999;
  await personOf('a');
  state.nowMs = 2_000;
  await expect(personOf('a')).rejects.toThrow('refused');
  await expect(personOf('b')).rejects.toThrow('refused');
  state.refuses = false;
  expect((await personOf('b')).actor.id).toBe('b');
});
