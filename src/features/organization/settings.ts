import { canonicalJson, storableProblem } from '../../kernel/json-value.ts';
import { ifGiven } from '../../kernel/problems.ts';
import { timeZoneProblem } from '../../kernel/time-zone.ts';
import type { RetentionPolicy, ScopeRetention } from '../retention/policy.ts';
import {
  givenScopes,
  retentionProblem,
  type ScopeRetentionInput,
  scopesIn,
  scopesProblem,
  scopesText,
} from '../retention/scope-retention.ts';

/** An organization's typed settings, as stored. */
export interface OrganizationSettings {
  readonly retentionDays: number | null;
  /** What overrides retentionDays; at most one a scope. */
  readonly scopeRetention: readonly ScopeRetention[];
  readonly timezone: string;
  readonly membersMayReadAuditLog: boolean;
}

/** Settings to set; an absent field stays as it is, an explicit null goes back to its default. */
export interface OrganizationSettingsInput {
  readonly retentionDays?: number | null | undefined;
  /** Replaces all overrides. */
  readonly scopeRetention?: readonly ScopeRetentionInput[] | null | undefined;
  readonly timezone?: string | null | undefined;
  readonly membersMayReadAuditLog?: boolean | null | undefined;
}

/** Entries are kept for ever, days begin in UTC, members may not read the log. */
export const DEFAULT_SETTINGS: OrganizationSettings = {
  retentionDays: null,
  scopeRetention: [],
  timezone: 'UTC',
  membersMayReadAuditLog: false,
};

const METADATA_LIMIT_BYTES = 16 * 1024;

/** `present` with the given settings applied; null resets all of them. */
export function withSettings(
  present: OrganizationSettings,
  input: OrganizationSettingsInput | null | undefined,
): OrganizationSettings {
  if (input === undefined) return present;
  if (input === null) return DEFAULT_SETTINGS;
  const { retentionDays, scopeRetention, timezone, membersMayReadAuditLog } = input;
  return {
    retentionDays: retentionDays === undefined ? present.retentionDays : retentionDays,
    scopeRetention:
      scopeRetention === undefined ? present.scopeRetention : givenScopes(scopeRetention),
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
    [['settings', 'scopeRetention'], ifGiven(input?.scopeRetention, scopesProblem)],
    [['settings', 'timezone'], ifGiven(input?.timezone, timeZoneProblem)],
  ] as const;

/** What an organization's row holds of its settings. */
interface StoredSettings extends Omit<OrganizationSettings, 'scopeRetention'> {
  readonly scopeRetention: string;
}

/** The settings in an organization's row. */
export const settingsOf = (row: StoredSettings): OrganizationSettings => ({
  retentionDays: row.retentionDays,
  scopeRetention: scopesIn(row.scopeRetention),
  timezone: row.timezone,
  membersMayReadAuditLog: row.membersMayReadAuditLog,
});

/** Settings as an organization's row holds them. */
export const storedSettings = (settings: OrganizationSettings): StoredSettings => ({
  ...settings,
  scopeRetention: scopesText(settings.scopeRetention),
});

/** The retention that an organization has asked for. */
export const policyOf = (
  row: Pick<StoredSettings, 'retentionDays' | 'scopeRetention'>,
): RetentionPolicy => ({
  retentionDays: row.retentionDays,
  scopes: scopesIn(row.scopeRetention),
});

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
