/** What stands in `AuditLog.action` once erasure took out an action that named a person. */
export const ERASED_ACTION = 'erased';

/**
 * The parts that erasure may empty, in the order in which `AuditLog.erased` names them: the actor,
 * the content, and the columns that stand in the entry's body in clear.
 */
export const ERASABLE_PARTS = [
  'ACTOR',
  'CONTENT',
  'ACTION',
  'ACTOR_ID',
  'RESOURCE_TYPE',
  'RESOURCE_UID',
] as const;
export type ErasablePart = (typeof ERASABLE_PARTS)[number];

/** The columns of each part, and what is left in them. */
export const ERASED_VALUES = {
  ACTOR: {
    email: 'NULL',
    actorName: 'NULL',
    ip: 'NULL',
    userAgent: 'NULL',
    requestId: 'NULL',
    actorSalt: 'NULL',
  },
  CONTENT: { details: 'NULL', changes: `'[]'`, metadata: `'{}'`, contentSalt: 'NULL' },
  ACTION: { action: `'${ERASED_ACTION}'` },
  ACTOR_ID: { actorId: 'NULL' },
  RESOURCE_TYPE: { resourceType: 'NULL' },
  RESOURCE_UID: { resourceUID: 'NULL' },
} as const satisfies Record<ErasablePart, Record<string, string>>;

/** SQL that is true where the words in `AuditLog.erased` of a row name a part. */
export const namesPart = (column: string, part: ErasablePart): string =>
  `coalesce(' ' || ${column} || ' ' LIKE '% ${part} %', false)`;

const isSame = (column: string): string => `NEW."${column}" IS NOT DISTINCT FROM OLD."${column}"`;

/** All columns of the part as they were, or all of them emptied. */
function isSameOrEmptied(part: ErasablePart): string {
  const columns: [string, string][] = Object.entries(ERASED_VALUES[part]);
  const emptied = columns.map(([column, value]) => `NEW."${column}" IS NOT DISTINCT FROM ${value}`);
  return `(${columns.map(([column]) => isSame(column)).join(' AND ')}
    OR ${emptied.join(' AND ')})`;
}

/** Whether a part is emptied now; of a column in clear, which may always have been null, whether by erasure. */
function isErased(part: ErasablePart): string {
  if (part === 'ACTOR') return 'NEW."actorSalt" IS NULL';
  if (part === 'CONTENT') return 'NEW."contentSalt" IS NULL';
  const [column] = Object.keys(ERASED_VALUES[part]);
  return `${namesPart('OLD."erased"', part)} OR NOT (${isSame(column ?? '')})`;
}

const words = ERASABLE_PARTS.map(
  (part) => `CASE WHEN ${isErased(part)} THEN ' ${part}' ELSE '' END`,
);

/** The columns of an entry that nothing may change. */
const KEPT = [
  'ledgerId',
  'sequence',
  'id',
  'scope',
  'outcome',
  'origin',
  'actorType',
  'correlationId',
  'createdAtMs',
  'recordedAtMs',
  'actorCommitment',
  'contentCommitment',
  'leafHash',
];

/** True of an UPDATE of an entry that only empties what erasure may empty, and says which. */
export const ONLY_ERASES_ENTRY = [
  ...KEPT.map(isSame),
  ...ERASABLE_PARTS.map(isSameOrEmptied),
  `NEW."erased" <> ''`,
  `NEW."erased" IS NOT DISTINCT FROM ltrim(${words.join('\n    || ')})`,
].join('\n  AND ');

/** True of an UPDATE of a recorded key that takes its salt, by which guesses could be tested. */
export const ONLY_ERASES_SALT = [
  ...['ledgerId', 'keyHash', 'sequence', 'bodyHash'].map(isSame),
  'length(NEW."bodySalt") = 0',
].join('\n  AND ');

/** True of an UPDATE that takes a log's head forward, or leaves it where it is. */
export const ONLY_GROWS = [
  ...['id', 'organizationId'].map(isSame),
  'NEW."firstKeptSequence" >= OLD."firstKeptSequence"',
  'NEW."lastRecordedAtMs" >= OLD."lastRecordedAtMs"',
  `(NEW."size" > OLD."size"
    OR NEW."size" = OLD."size" AND ${isSame('root')} AND ${isSame('frontier')})`,
].join('\n  AND ');
