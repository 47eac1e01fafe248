import { type AuditLog, erasedParts } from './audit-log.ts';

/**
 * An entry as JSON text, with the fields of the schema's AuditLog. What was stored as canonical JSON
 * stands in it as it was stored, byte for byte.
 */
export function auditLogJson(entry: AuditLog): string {
  const { actorType, actorId, actorName, changes, metadata, ...fields } = entry;
  const others = JSON.stringify({
    ...fields,
    actor: { type: actorType, id: actorId, name: actorName },
    erased: erasedParts(entry),
  });
  return `${others.slice(0, -1)},"changes":${changes},"metadata":${metadata}}`;
}
