import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/features/audit-log/record-lines.ts';

async function linesIn(text: string, cuts: readonly number[], limitBytes: number) {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  async function* chunks() {
    for (const [index, place] of places.entries()) yield bytes.subarray(place, places[index + 1]);
  }
  const lines = [];
  for await (const { number, bytes: line, isTooLong } of linesOf(chunks(), limitBytes)) {
    lines.push({ number, text: Buffer.from(line).toString(), isTooLong });
  }
  return lines;
}

test('lines are the same however the bytes arrive', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'binary' }))),
      fc.array(fc.nat()),
      async (parts, cuts) => {
        const text = parts.join('');
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesIn(text, cuts, 1_000_000)).toEqual(
          expected.map((line, index) => ({ number: index + 1, text: line, isTooLong: false })),
        );
      },
    ),
  ));

test('a line over the limit is dropped, and the next is read', async () => {
  const lines = await linesIn(`${'x'.repeat(9)}\n${'y'.repeat(8)}\n`, [3, 5, 9, 11], 8);
  expect(lines).toEqual([
    { number: 1, text: '', isTooLong: true },
    { number: 2, text: 'yyyyyyyy', isTooLong: false },
  ]);
});
