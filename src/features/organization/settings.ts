import { canonicalJson, storableProblem } from '../../kernel/json-value.ts';
import { ifGiven } from '../../kernel/problems.ts';
import { timeZoneProblem } from '../../kernel/time-zone.ts';

/** An organization's typed settings, as stored. */
export interface OrganizationSettings {
  readonly retentionDays: number | null;
  readonly timezone: string;
  readonly membersMayReadAuditLog: boolean;
}

/** Settings to set; an absent field stays as it is, an explicit null goes back to its default. */
export interface OrganizationSettingsInput {
  readonly retentionDays?: number | null | undefined;
  readonly timezone?: string | null | undefined;
  readonly membersMayReadAuditLog?: boolean | null | undefined;
}

/** Entries are kept for ever, days begin in UTC, members may not read the log. */
export const DEFAULT_SETTINGS: OrganizationSettings = {
  retentionDays: null,
  timezone: 'UTC',
  membersMayReadAuditLog: false,
};

const LONGEST_RETENTION_DAYS = 36_500;
const METADATA_LIMIT_BYTES = 16 * 1024;

/** `present` with the given settings applied; null resets all of them. */
export function withSettings(
  present: OrganizationSettings,
  input: OrganizationSettingsInput | null | undefined,
): OrganizationSettings {
  if (input === undefined) return present;
  if (input === null) return DEFAULT_SETTINGS;
  const { retentionDays, timezone, membersMayReadAuditLog } = input;
  return {
    retentionDays: retentionDays === undefined ? present.retentionDays : retentionDays,
    timezone: timezone === undefined ? present.timezone : (timezone ?? DEFAULT_SETTINGS.timezone),
    membersMayReadAuditLog:
      membersMayReadAuditLog === undefined
        ? present.membersMayReadAuditLog
        : (membersMayReadAuditLog ?? DEFAULT_SETTINGS.membersMayReadAuditLog),
  };
}

/** What is wrong with the settings, each with its path. */
export const settingsFindings = (input: OrganizationSettingsInput | null | undefined) =>
  [
    [['settings', 'retentionDays'], ifGiven(input?.retentionDays, retentionProblem)],
    [['settings', 'timezone'], ifGiven(input?.timezone, timeZoneProblem)],
  ] as const;

const retentionProblem = (days: number): string | null =>
  days < 1 || days > LONGEST_RETENTION_DAYS
    ? `Must be from 1 to ${LONGEST_RETENTION_DAYS} days, or null to keep entries for ever.`
    : null;

/** What is wrong with the free metadata: not an object, too large, too deep, or not storable. */
export function metadataFinding(metadata: unknown): readonly [readonly string[], string | null] {
  if (metadata == null) return [['metadata'], null];
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    return [['metadata'], 'Must be a JSON object.'];
  }
  const problem = storableProblem(metadata);
  if (problem) return [['metadata', ...problem.path], problem.message];
  const sizeBytes = Buffer.byteLength(canonicalJson(metadata));
  return [
    ['metadata'],
    sizeBytes > METADATA_LIMIT_BYTES
      ? `Must be at most ${METADATA_LIMIT_BYTES} bytes of JSON; it is ${sizeBytes}.`
      : null,
  ];
}
