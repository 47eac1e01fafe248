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

/**
 * The parts that the body only commits to, each with the columns of its own salt and of its
 * commitment. While `AuditLog.salt` stands there both may be null, and are worked out from it.
 */
export const SEALED_PARTS = {
  ACTOR: { salt: 'actorSalt', commitment: 'actorCommitment' },
  CONTENT: { salt: 'contentSalt', commitment: 'contentCommitment' },
} as const satisfies Partial<Record<ErasablePart, { salt: string; commitment: string }>>;
type SealedPart = keyof typeof SEALED_PARTS;

/** The columns of each part but for its salt, and what is left in them. */
export const ERASED_VALUES = {
  ACTOR: { email: 'NULL', actorName: 'NULL', ip: 'NULL', userAgent: 'NULL', requestId: 'NULL' },
  CONTENT: { details: 'NULL', changes: `'[]'`, metadata: `'{}'` },
  ACTION: { action: `'${ERASED_ACTION}'` },
  ACTOR_ID: { actorId: 'NULL' },
  RESOURCE_TYPE: { resourceType: 'NULL' },
  RESOURCE_UID: { resourceUID: 'NULL' },
} as const satisfies Record<ErasablePart, Record<string, string>>;

/** SQL that is true where the words in `AuditLog.erased` of a row name a part. */
export const namesPart = (column: string, part: ErasablePart): string =>
  `coalesce(' ' || ${column} || ' ' LIKE '% ${part} %', false)`;

/** Bytes of a salt, and of a commitment. */
export const [SALT_BYTES, HASH_BYTES] = [16, 32];

const isSame = (column: string): string => `NEW."${column}" IS NOT DISTINCT FROM OLD."${column}"`;

/** Whether the body only commits to a part. */
export const isSealed = (part: ErasablePart): part is SealedPart => part in SEALED_PARTS;

/** No salt is left of which the part's could be worked out. */
const isUnsalted = (part: SealedPart): string =>
  `NEW."salt" IS NULL AND NEW."${SEALED_PARTS[part].salt}" IS NULL`;

/** The salts of a part that stays: as they were, or its own in the place of the one that went. */
function keepsSalt(part: SealedPart): string {
  const { salt } = SEALED_PARTS[part];
  return `(${isSame('salt')} AND ${isSame(salt)}
    OR NEW."salt" IS NULL AND NEW."${salt}" IS NOT NULL
      AND (${isSame(salt)} OR OLD."salt" IS NOT NULL AND OLD."${salt}" IS NULL AND length(NEW."${salt}") = ${SALT_BYTES}))`;
}

/** All columns of the part as they were, or all of them emptied. */
function isSameOrEmptied(part: ErasablePart): string {
  const columns: [string, string][] = Object.entries(ERASED_VALUES[part]);
  const kept = columns.map(([column]) => isSame(column));
  const emptied = columns.map(([column, value]) => `NEW."${column}" IS NOT DISTINCT FROM ${value}`);
  if (isSealed(part)) {
    kept.push(keepsSalt(part));
    emptied.push(isUnsalted(part));
  }
  return `(${kept.join(' AND ')}
    OR ${emptied.join(' AND ')})`;
}

/** A commitment never changes; it appears once its part is emptied, and then it has to. */
function isCommittedTo(part: SealedPart): string {
  const { commitment } = SEALED_PARTS[part];
  return `(${isSame(commitment)}
    OR OLD."${commitment}" IS NULL AND ${isUnsalted(part)} AND length(NEW."${commitment}") = ${HASH_BYTES})
  AND (NEW."${commitment}" IS NOT NULL OR NOT (${isUnsalted(part)}))`;
}

/** Whether a part is emptied now; of a column in clear, which may always have been null, whether by erasure. */
function isErased(part: ErasablePart): string {
  if (isSealed(part)) return isUnsalted(part);
  const [column] = Object.keys(ERASED_VALUES[part]);
  return `${namesPart('OLD."erased"', part)} OR NOT (${isSame(column ?? '')})`;
}

const words = ERASABLE_PARTS.map(
  (part) => `CASE WHEN ${isErased(part)} THEN ' ${part}' ELSE '' END`,
);

const sealedParts = ERASABLE_PARTS.filter(isSealed);

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
  'leafHash',
];

/** True of an UPDATE of an entry that only empties what erasure may empty, and says which. */
export const ONLY_ERASES_ENTRY = [
  ...KEPT.map(isSame),
  ...ERASABLE_PARTS.map(isSameOrEmptied),
  ...sealedParts.map(isCommittedTo),
  // The salt of both goes with one of them, and not for nothing.
  `(${isSame('salt')}
    OR ${sealedParts.map((part) => `NEW."${SEALED_PARTS[part].salt}" IS NULL`).join(' OR ')})`,
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
