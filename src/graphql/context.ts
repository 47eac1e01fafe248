import DataLoader from 'dataloader';
import { type ApiKey, apiKeysBy } from '../features/access-key/access-key.ts';
import { type AuditLog, auditLogsBy } from '../features/audit-log/audit-log.ts';
import { type User, usersBy } from '../features/identity/user.ts';
import { rolesIn } from '../features/membership/membership.ts';
import { type Organization, organizationsBy } from '../features/organization/organization.ts';
import type { ApiKeyId, AuditLogId, OrganizationId, UserId } from '../kernel/ids.ts';
import type { Role } from '../kernel/vocabulary.ts';
import type { Session } from '../ledger/session.ts';

/** What every resolver gets: the session, and loaders that read each row once, in batches. */
export interface Context {
  readonly session: Session;
  readonly load: Loaders;
}

/** Loaders by id. Each goes through its feature's own visibility rule: null is "not yours". */
interface Loaders {
  readonly organization: DataLoader<OrganizationId, Organization | null>;
  readonly user: DataLoader<UserId, User | null>;
  readonly apiKey: DataLoader<ApiKeyId, ApiKey | null>;
  readonly auditLog: DataLoader<AuditLogId, AuditLog | null>;
  readonly role: DataLoader<string, Role | null>;
}

/** The context of one request. */
export const createContext = (session: Session): Context => ({
  session,
  load: {
    organization: new DataLoader((ids) => organizationsBy(session, ids)),
    user: new DataLoader((ids) => usersBy(session, ids)),
    apiKey: new DataLoader((ids) => apiKeysBy(session, ids)),
    auditLog: new DataLoader((ids) => auditLogsBy(session, ids)),
    role: new DataLoader((ids) => rolesIn(session, ids)),
  },
});
