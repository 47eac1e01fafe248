import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectJson, type JsonTextProblem } from '../../src/kernel/json-text.ts';

const limits = { maxDepth: 16, maxNodes: 10_000 };
const generous = { maxDepth: 100_000, maxNodes: 10_000_000 };
const problemIn = (text: string): JsonTextProblem | null => inspectJson(text, limits);

describe('sound JSON has no problem', () => {
  test.each([
    '{}',
    '[]',
    'null',
    '"a"',
    '-0',
    ' { "a" : [ 1 , -2.5e3 , true , false , null , "" ] , "b" : { "a" : { "a" : 1 } } } ',
    '[{"a":1},{"a":2}]',
    '{"a":{"b":1},"b":2}',
    '{"a":"a","b":["a","a","b"]}',
    '{"\\\\":1,"\\"":2,"a\\\\\\"":3}',
    '{"é":1,"e\u0301":2}',
    '9007199254740991',
    '-9007199254740991',
    '0.1234567890123456789',
    '1e-300',
    '0e-999',
    '0.000000000000000000000',
    '"99999999999999999999 1e400"',
    '{"99999999999999999999":1,"1e400":2}',
    `${'['.repeat(16)}1${']'.repeat(16)}`,
  ])('%s', (text) => {
    JSON.parse(text);
    expect(problemIn(text)).toBeNull();
  });

  test('whatever JSON.stringify writes of storable numbers', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        fc.constantFrom(0, 1, '\t'),
        (value, space) => {
          const safe = JSON.stringify(
            value,
            (_, item) =>
              typeof item === 'number' && Math.abs(item) > Number.MAX_SAFE_INTEGER ? 1 : item,
            space,
          );
          expect(inspectJson(safe, generous)).toBeNull();
        },
      ),
    );
  });
});

describe('a key given twice is found', () => {
  test.each<[string, string[]]>([
    ['{"a":1,"a":1}', ['a']],
    ['{"a":1,"b":{},"a":1}', ['a']],
    ['{"a":{"b":1,"c":[1,{"b":2}],"b":3}}', ['a', 'b']],
    ['[0,[],{"x":1,"x":2}]', ['2', 'x']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"\\"":1,"\\u0022":2}', ['"']],
    ['{"/":1,"\\/":2}', ['/']],
    ['{"":1,"":2}', ['']],
    ['{"\\\\":1,"\\\\":2}', ['\\']],
    ['{"a":"\\\\","b":1,"b":"\\\\\\""}', ['b']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['{"a" :1 ,\n "a" :2}', ['a']],
    ['{"\\ud83d\\ude00":1,"😀":2}', ['😀']],
  ])('%s', (text, path) => {
    JSON.parse(text);
    expect(problemIn(text)).toMatchObject({ rule: 'DUPLICATE_KEY', path });
  });

  test('among any number of keys, wherever it stands', () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(keys, fc.nat(), (names, pick) => {
        const members = names.map((name) => `${JSON.stringify(name)}:[]`);
        const again = members[pick % members.length] ?? '';
        expect(inspectJson(`{${members.join()}}`, generous)).toBeNull();
        expect(inspectJson(`{${members.join()},${again}}`, generous)?.rule).toBe('DUPLICATE_KEY');
      }),
    );
  });
});

describe('a number that parsing would change is found', () => {
  test.each([
    '9007199254740992',
    '-9007199254740992',
    '9007199254740993',
    '123456789012345678901234567890',
    '9007199254740993.0',
    '1e16',
    '1E+400',
    '-1e400',
    '1e-400',
    '0.00001e-320',
    '9'.repeat(400),
  ])('%s', (literal) => {
    JSON.parse(literal);
    expect(problemIn(literal)?.rule).toBe('NUMBER');
    expect(problemIn(`{"a":[0,${literal}]}`)).toMatchObject({
      rule: 'NUMBER',
      path: ['a', '1'],
      offset: 8,
    });
  });

  test('exactly the integers that are not safe', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), (integer) => {
        const isSafe = Number.isSafeInteger(Number(integer));
        expect(problemIn(`[${integer}]`) === null).toBe(isSafe);
      }),
    );
  });
});

describe('too much is found', () => {
  test('one level over the depth, with its place', () => {
    expect(problemIn(`${'['.repeat(17)}${']'.repeat(17)}`)).toMatchObject({
      rule: 'DEPTH',
      offset: 16,
      path: Array(16).fill('0'),
    });
    expect(problemIn(`${'{"a":'.repeat(17)}1${'}'.repeat(17)}`)?.rule).toBe('DEPTH');
  });

  test('one value over the count: containers and scalars count, keys do not', () => {
    const text = '{"a":[1,"b",true],"c":null}';
    expect(inspectJson(text, { maxDepth: 2, maxNodes: 6 })).toBeNull();
    expect(inspectJson(text, { maxDepth: 2, maxNodes: 5 })).toMatchObject({
      rule: 'NODES',
      path: ['c'],
    });
  });
});

test('a problem is placed by line and column, both from 1', () => {
  expect(problemIn('{\n  "a": 1,\r\n  "a": 2\n}')).toMatchObject({
    offset: 15,
    line: 3,
    column: 3,
  });
  expect(problemIn('1e999')).toMatchObject({ offset: 0, line: 1, column: 1, path: [] });
});

test('the message repeats nothing of the text, and the path no more than 100 units of a key', () => {
  const key = 'secret'.repeat(1_000);
  const problem = problemIn(`{"${key}":1,"${key}":1}`);
  expect(problem?.message).not.toContain('secret');
  expect(problem?.path[0]).toHaveLength(100);
});

test.each(['{"\\x":1,"\\x":2}', '{"\\u12":1}', '{"\\\n":1}', '{"a\\'])(
  'a broken escape in a key is left to JSON.parse: %j',
  (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(() => inspectJson(text, limits)).not.toThrow();
  },
);

test('no text makes it throw', () => {
  const fragments = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '\\u',
      '1e',
      '-',
      '.',
      'tru',
      '\n',
      '\ud800',
    ],
  );
  const rubbish = fc
    .array(fc.oneof(fragments, fc.string({ unit: 'binary' })))
    .map((a) => a.join(''));
  fc.assert(
    fc.property(rubbish, (text) => {
      inspectJson(text, limits);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['open brackets', '['],
  ['open objects', '{"a":'],
  ['closing brackets', ']'],
  ['quotes', '"'],
  ['backslashes', '\\'],
  ['escaped quotes', '\\"'],
  ['digits', '9'],
  ['exponents', '1e'],
  ['empty objects', '{},'],
  ['commas', ','],
  ['blanks', ' '],
])('300 KB of %s are read in linear time', (_, piece) => {
  const text = `["${piece === '\\' ? '' : '"'}${piece.repeat(300_000 / piece.length)}`;
  const before = process.threadCpuUsage();
  inspectJson(text, generous);
  const { user } = process.threadCpuUsage(before);
  // Linear takes some 10 ms of this thread's own time, however busy the machine; quadratic, many seconds.
  expect(user).toBeLessThan(1_000_000);
});
