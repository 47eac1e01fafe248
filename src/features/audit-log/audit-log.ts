import type { ErasablePart } from '../../database/guard-conditions.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { type AuditLogId, isId, type OrganizationId } from '../../kernel/ids.ts';
import type {
  ActorType,
  AuditOrigin,
  AuditOutcome,
  ProductScope,
} from '../../kernel/vocabulary.ts';
import { idOfRow, type NamedRow, NO_CHANGES } from '../../ledger/entry-body.ts';

/** One entry of a log, as readers see it. */
export interface AuditLog {
  readonly id: AuditLogId;
  readonly organizationId: OrganizationId;
  readonly sequence: number;
  readonly scope: ProductScope;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly origin: AuditOrigin;
  readonly resourceType: string | null;
  readonly resourceUID: string | null;
  readonly actorType: ActorType;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly correlationId: string | null;
  readonly email: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: string | null;
  /** Canonical JSON text of an array of {from, path, to}. */
  readonly changes: string;
  /** Canonical JSON text of an object. */
  readonly metadata: string;
  /** Space-separated, what erasure took out; null = nothing. */
  readonly erased: string | null;
  readonly createdAt: Date;
  readonly recordedAt: Date;
}

/** An entry's columns as either driver gives them. */
export type AuditLogRow = Omit<
  AuditLog,
  'id' | 'organizationId' | 'createdAt' | 'recordedAt' | 'sequence' | 'changes'
> &
  NamedRow & {
    /** Null = none. */
    readonly changes: string | null;
    readonly createdAtMs: number | bigint;
  };

/** The columns that readers may see. */
export const READABLE_COLUMNS = [
  'id',
  'sequence',
  'scope',
  'action',
  'outcome',
  'origin',
  'resourceType',
  'resourceUID',
  'actorType',
  'actorId',
  'actorName',
  'correlationId',
  'email',
  'ip',
  'userAgent',
  'requestId',
  'details',
  'changes',
  'metadata',
  'erased',
  'createdAtMs',
  'recordedAtMs',
] as const satisfies (keyof AuditLogRow)[];

/** The entry in a row of this organization's log; what the row leaves out is undefined. */
export const auditLogOf = (organizationId: OrganizationId, row: Partial<AuditLogRow>): AuditLog =>
  // Said field by field: copying what is left of a row costs several times as much, for every entry.
  ({
    id: row.id === undefined ? undefined : idOfRow(organizationId, row as NamedRow),
    organizationId,
    sequence: Number(row.sequence),
    scope: row.scope,
    action: row.action,
    outcome: row.outcome,
    origin: row.origin,
    resourceType: row.resourceType,
    resourceUID: row.resourceUID,
    actorType: row.actorType,
    actorId: row.actorId,
    actorName: row.actorName,
    correlationId: row.correlationId,
    email: row.email,
    ip: row.ip,
    userAgent: row.userAgent,
    requestId: row.requestId,
    details: row.details,
    changes: row.changes === null ? NO_CHANGES : row.changes,
    metadata: row.metadata,
    erased: row.erased,
    createdAt: new Date(Number(row.createdAtMs)),
    recordedAt: new Date(Number(row.recordedAtMs)),
  }) satisfies { readonly [Field in keyof AuditLog]: AuditLog[Field] | undefined } as AuditLog;

/** The parts of an entry that erasure took out, in their documented order. */
export const erasedParts = ({ erased }: Pick<AuditLog, 'erased'>): ErasablePart[] =>
  erased === null ? [] : (erased.split(' ') as ErasablePart[]);

/** The id in a text; says nothing about existence. @throws InvalidInputError a malformed one */
export function auditLogId(text: string, argument = 'id'): AuditLogId {
  if (isId('log', text)) return text;
  const message = 'Not an audit log id: it looks like log_01h455vb4pex5vsknk084sn02q.';
  throw new InvalidInputError([{ path: [argument], message }]);
}
