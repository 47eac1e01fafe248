import { describe, expect, test } from 'vitest';
import { actorCommitment, contentCommitment } from '../../src/ledger/entry-body.ts';
import { partSaltsOf, sealOf } from '../../src/ledger/entry-seal.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

test.each([
  [
    '000102030405060708090a0b0c0d0e0f',
    'd0a1a90c29c23d06eab83ef289f8f690',
    '3a6d6d13137a49ee97743b9be63f2803',
  ],
  [
    '00000000000000000000000000000000',
    '36538f935424fb3fdcd93d17913b36f1',
    'd0f9d86e37dd1933491c5ba530de4753',
  ],
  [
    'ffffffffffffffffffffffffffffffff',
    'c640f9f6a9cf7c473ca3c16254c61caa',
    '700b2cbc59cb0c32f29c7291e07c9222',
  ],
])('the salts of the parts of %s are for ever these', (salt, actorSalt, contentSalt) => {
  const made = partSaltsOf(fromHex(salt));
  expect([hex(made.actorSalt), hex(made.contentSalt)]).toEqual([actorSalt, contentSalt]);
});

describe('the seal of an entry', () => {
  const salt = new Uint8Array(16).fill(7);
  const { actorSalt, contentSalt } = partSaltsOf(salt);
  const values = {
    ...{ email: 'ada@example.com', actorName: 'Ada', ip: null, userAgent: null, requestId: 'r' },
    ...{ details: 'Done', changes: '[1]', metadata: '{"a":1}' },
  };
  const nothing = {
    ...{ salt: null, actorSalt: null, contentSalt: null },
    ...{ actorCommitment: null, contentCommitment: null },
  };
  const whole = {
    actorSalt,
    contentSalt,
    actorCommitment: actorCommitment({ ...values, name: values.actorName }, actorSalt),
    contentCommitment: contentCommitment(values, contentSalt),
  };

  test('is the same from its one salt as from what an entry from before stores', () => {
    expect(sealOf({ ...values, ...nothing, salt })).toEqual(whole);
    expect(sealOf({ ...values, ...nothing, ...whole })).toEqual(whole);
  });

  test('is what is stored, where something is', () => {
    const [ownSalt, ownHash] = [new Uint8Array(16).fill(1), new Uint8Array(32).fill(2)];
    expect(sealOf({ ...values, ...nothing, salt, actorCommitment: ownHash })).toEqual({
      ...whole,
      actorCommitment: ownHash,
    });
    expect(sealOf({ ...values, ...nothing, salt, contentSalt: ownSalt })).toEqual({
      ...whole,
      contentSalt: ownSalt,
      contentCommitment: contentCommitment(values, ownSalt),
    });
    expect(sealOf({ ...values, ...nothing, salt, actorSalt: ownSalt }).actorSalt).toBe(ownSalt);
  });

  test('has no salt of a part that is gone, and of the other what its own salt gives', () => {
    const { actorCommitment: gone } = whole;
    const row = { ...values, ...nothing, contentSalt, actorCommitment: gone, email: null };
    expect(sealOf(row)).toEqual({ ...whole, actorSalt: null });
  });

  test('has a commitment that no leaf is of, where nothing is left, or nothing that can have been recorded', () => {
    const none = new Uint8Array(32);
    expect(sealOf({ ...values, ...nothing })).toEqual({
      ...{ actorSalt: null, contentSalt: null },
      ...{ actorCommitment: none, contentCommitment: none },
    });
    const half = new Uint8Array(8);
    expect(sealOf({ ...values, ...nothing, actorSalt: half }).actorCommitment).toEqual(none);
    const unsaid = { ...values, email: 'a\0b', details: '\ud800' };
    expect(sealOf({ ...unsaid, ...nothing, salt })).toMatchObject({
      ...{ actorCommitment: none, contentCommitment: none },
    });
  });
});
