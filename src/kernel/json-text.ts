import { numberProblem } from './json-value.ts';

/** What `inspectJson` allows. */
export interface JsonLimits {
  /** Nesting: `[]` and `{}` are one deep, `3` is none. */
  readonly maxDepth: number;
  /** Values of every kind: arrays, objects and what they hold. */
  readonly maxNodes: number;
}

/** Where JSON text breaks a rule, and the rule. The message repeats nothing of the text. */
export interface JsonTextProblem {
  readonly rule: 'DEPTH' | 'NODES' | 'DUPLICATE_KEY' | 'NUMBER';
  readonly message: string;
  /** Keys and indexes from the outermost value to the offending one. */
  readonly path: string[];
  /** UTF-16 units before the offence. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/**
 * The first thing in JSON text that parsing would silently change (a key given twice in an object,
 * a number that no double holds) or that is too much to parse (nesting, count of values), or null.
 * For text that is not JSON any answer may come, at once and without an error: leave that
 * diagnosis to JSON.parse. One pass, linear time, no recursion.
 */
export function inspectJson(text: string, limits: JsonLimits): JsonTextProblem | null {
  const scan: Scan = { text, limits, at: 0, nodes: 0, open: [], problem: null };
  while (scan.at < text.length && scan.problem === null) step(scan, text.charCodeAt(scan.at));
  return scan.problem;
}

/** An array or object whose end has not been reached. */
interface Container {
  /** The keys so far; null for an array. */
  keys: string[] | Set<string> | null;
  /** The key or index of the member that is being read. */
  member: string | number;
  /** The next string is a key. */
  awaitsKey: boolean;
}

interface Scan {
  readonly text: string;
  readonly limits: JsonLimits;
  at: number;
  nodes: number;
  readonly open: Container[];
  problem: JsonTextProblem | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function step(scan: Scan, unit: number): void {
  switch (unit) {
    case QUOTE:
      readString(scan);
      break;
    case 0x7b: // {
      enter(scan, { keys: [], member: '', awaitsKey: true });
      break;
    case 0x5b: // [
      enter(scan, { keys: null, member: 0, awaitsKey: false });
      break;
    case 0x7d: // }
    case 0x5d: // ]
      scan.open.pop();
      scan.at++;
      break;
    case 0x2c: // ,
      nextMember(scan.open.at(-1));
      scan.at++;
      break;
    default:
      readOther(scan, unit);
  }
}

function enter(scan: Scan, container: Container): void {
  countNode(scan);
  if (scan.open.length >= scan.limits.maxDepth) {
    report(scan, 'DEPTH', `Must not be nested more than ${scan.limits.maxDepth} deep.`);
  }
  if (scan.problem !== null) return;
  scan.open.push(container);
  scan.at++;
}

function nextMember(container: Container | undefined): void {
  if (container === undefined) return;
  if (typeof container.member === 'number') container.member++;
  else container.awaitsKey = true;
}

function readString(scan: Scan): void {
  const end = closingQuote(scan.text, scan.at + 1);
  const container = scan.open.at(-1);
  if (container?.awaitsKey) readKey(scan, container, scan.text.slice(scan.at + 1, end));
  else countNode(scan);
  scan.at = end + 1;
}

function readKey(scan: Scan, container: Container, raw: string): void {
  const key = raw.includes('\\') ? unescaped(raw) : raw;
  container.member = key;
  container.awaitsKey = false;
  if (!addKey(container, key)) report(scan, 'DUPLICATE_KEY', 'A key must not be given twice.');
}

/** Up to this many keys, looking through them all is faster than hashing. */
const FEW_KEYS = 8;

/** Whether the key is new to the object. */
function addKey(container: Container, key: string): boolean {
  const { keys } = container;
  if (!Array.isArray(keys)) return keys === null || keys.size < keys.add(key).size;
  if (keys.includes(key)) return false;
  keys.push(key);
  if (keys.length > FEW_KEYS) container.keys = new Set(keys);
  return true;
}

/** The text's length when there is no closing quote. */
function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (quote - before) % 2 === 1;
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    // Not JSON, so the whole text is not.
    return raw;
  }
}

/** A number, a word, white space, a colon, or rubbish. */
function readOther(scan: Scan, unit: number): void {
  if (isNumeric(unit)) readNumber(scan);
  else if (isLetter(unit)) readWord(scan);
  else scan.at++;
}

function readWord(scan: Scan): void {
  countNode(scan);
  while (isLetter(scan.text.charCodeAt(scan.at))) scan.at++;
}

const isLetter = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;

/** The characters of numbers: digits, sign, point, exponent. */
const isNumeric = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) || unit === 0x2d || unit === 0x2e || unit === 0x2b;

const EXPONENT = /[eE]/;
/** Decimals of this length, sign and point included, are safe integers or fractions. */
const PLAIN_NUMBER_LENGTH = 15;

function readNumber(scan: Scan): void {
  countNode(scan);
  let end = scan.at + 1;
  while (isNumeric(scan.text.charCodeAt(end)) || isExponent(scan.text.charCodeAt(end))) end++;
  const literal = scan.text.slice(scan.at, end);
  if (literal.length > PLAIN_NUMBER_LENGTH || EXPONENT.test(literal)) {
    const message = literalProblem(literal);
    if (message !== null) report(scan, 'NUMBER', message);
  }
  scan.at = end;
}

const isExponent = (unit: number): boolean => unit === 0x65 || unit === 0x45;

/** What parsing a number's literal would change beyond the rounding of a fraction, or null. */
function literalProblem(literal: string): string | null {
  const value = Number(literal);
  if (Number.isNaN(value)) return null;
  const [digits = ''] = literal.split(EXPONENT, 1);
  if (value === 0 && /[1-9]/.test(digits)) return 'Must not be a number too small to be stored.';
  return numberProblem(value);
}

function countNode(scan: Scan): void {
  scan.nodes++;
  if (scan.nodes > scan.limits.maxNodes) {
    report(scan, 'NODES', `Must not hold more than ${scan.limits.maxNodes} values.`);
  }
}

/** Keeps the first problem of a scan. */
function report(scan: Scan, rule: JsonTextProblem['rule'], message: string): void {
  if (scan.problem !== null) return;
  const before = scan.text.slice(0, scan.at);
  const lineStart = before.lastIndexOf('\n') + 1;
  scan.problem = {
    rule,
    message,
    path: scan.open.map(({ member }) => shortened(String(member))),
    offset: scan.at,
    line: before.split('\n').length,
    column: scan.at - lineStart + 1,
  };
}

const LONGEST_SEGMENT = 100;

const shortened = (segment: string): string =>
  segment.length <= LONGEST_SEGMENT
    ? segment
    : `${segment.slice(0, LONGEST_SEGMENT - 1).toWellFormed()}…`;
