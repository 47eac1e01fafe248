/** What no answer may hold, whoever asked: each with the name of what it tells. */
const INDISCRETIONS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a stack frame', /\bat (?:async )?(?:[\w.<>]+ )?\(?(?:file:|node:|\/)[^\s"]+:\d+/],
  ['a path of this machine', /node_modules|file:\/\/|\/(?:work|home|tmp|usr|var|root)\/[\w.-]/],
  [
    'a statement',
    /\b(?:SELECT|UPDATE|INSERT INTO|DELETE FROM) \\?["*\w]+\\?"? ?(?:FROM|SET|VALUES|\()/,
  ],
  [
    'a code of the database',
    /\bP[12]\d{3}\b|\bSQLSTATE\b|SQLITE_[A-Z]+|\b(?:22|23|40|42|53|57)[0-9A-Z]{3}: /,
  ],
  ['the name of a library', /\b[Pp]risma\b|better-sqlite3|\bPothos|\bYoga\b/],
  ['a connection', /postgres(?:ql)?:\/\/|ECONN[A-Z]+|ENOENT|EPIPE/],
  [
    'an exception',
    /\b(?:Type|Range|Reference|Syntax)Error\b|Cannot read propert|is not a function|undefined is not/,
  ],
];

/** What an answer gives away of how the server is made; the words of the request are not its own. */
export function indiscretionsIn(answer: string, request = ''): string[] {
  return INDISCRETIONS.flatMap(([what, form]) => {
    const [found] = form.exec(answer) ?? [];
    return found === undefined || request.includes(found) ? [] : [`${what}: ${found}`];
  });
}

/** A token of ours, whole: an API key, or a JWT of a caller. */
const TOKEN = /\botk_[\w-]{20,}|\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/;

/** What asks for a secret gets one: `createApiKey` and `rotateApiKey` select it by name. */
const asksForSecret = (request: string): boolean => /\bsecret\b/.test(request);

/**
 * What an answer of GraphQL gives away: in its errors, whose words are the server's own and not what
 * somebody stored, how the server is made; and anywhere in its text a token that was not asked for.
 */
export function giveawaysIn(text: string, errors: unknown, request: string): string[] {
  const token = asksForSecret(request) ? null : TOKEN.exec(text)?.[0];
  return [
    ...(errors === undefined ? [] : indiscretionsIn(JSON.stringify(errors), request)),
    ...(token && !request.includes(token) ? [`a token: ${token}`] : []),
  ];
}
