import { type Target, twinOf } from './isolation-tenant.ts';

/** What can be said of one tenant. */
export interface Vocabulary {
  /** One id of every node type. */
  readonly nodes: Readonly<Record<string, string>>;
  readonly texts: readonly string[];
  readonly emails: readonly string[];
  readonly cursors: readonly string[];
  readonly addresses: readonly string[];
  readonly slugs: readonly string[];
}

/** What a caller says: of another tenant, of its own, and what is of nobody. */
export interface Words {
  readonly foreign: Vocabulary;
  readonly own: Vocabulary;
  readonly odd: readonly string[];
}

const TEXTS = [
  ...['Canary Name', 'Canary Key', 'Canary Team', 'Canary Resource', 'Canary Actor'],
  ...['canary reason', 'canary-uid', 'canary-type', 'canary.recorded', 'canary-actor-id'],
  ...['canary-log details', 'canary-held', 'canary-key', 'canary-log agent', 'canary.path'],
];
const EMAILS = ['canary-owner', 'canary-heir', 'canary-invited', 'canary-actor', 'canary-bridge'];

/** Everything that a tenant has and that a caller can say. */
export const vocabularyOf = (target: Target): Vocabulary => ({
  nodes: target.nodes,
  texts: TEXTS,
  emails: [target.email, ...EMAILS.map((name) => `${name}@example.com`)],
  cursors: [target.cursor],
  addresses: ['2001:db8::31:337'],
  slugs: [target.slug],
});

/** The same of a tenant that never was: words of the same lengths in the same places. */
export function twinVocabularyOf(target: Target): Vocabulary {
  const { nodes, cursors, slugs, ...words } = vocabularyOf(twinOf(target));
  const other = (text: string) =>
    text.replace('canary', 'nobody').replace('Canary', 'Nobody').replace('31:337', '41:447');
  return {
    ...{ nodes, cursors, slugs },
    texts: words.texts.map(other),
    emails: words.emails.map(other),
    addresses: words.addresses.map(other),
  };
}

/** Words that no tenant has. */
export const ODD: readonly string[] = [
  ...['', 'x', 'org_', 'org_01h455vb4pex5vsknk084sn02q', 'null', '0', '../..', "' OR 1=1 --"],
  ...['\u0000', '\ud83d\ude00', '%', '_', '*', '__proto__'],
];
