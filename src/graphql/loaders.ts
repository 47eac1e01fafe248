import DataLoader from 'dataloader';
import { type ApiKey, apiKeysBy } from '../features/access-key/access-key.ts';
import type { AuditLog } from '../features/audit-log/audit-log.ts';
import { auditLogsBy } from '../features/audit-log/audit-log-by-id.ts';
import type { Checkpoint } from '../features/checkpoint/checkpoint.ts';
import {
  type EntryProof,
  entryProofs,
  type WantedProof,
} from '../features/checkpoint/entry-proofs.ts';
import { auditCheckpoints } from '../features/checkpoint/organization-proofs.ts';
import { type EntryPlace, type Seal, sealsOf } from '../features/checkpoint/seal.ts';
import type { Signer } from '../features/checkpoint/signer.ts';
import { type User, usersBy } from '../features/identity/user.ts';
import { type Invitation, invitationsBy } from '../features/invitation/invitation.ts';
import { type LegalHold, legalHoldsBy } from '../features/legal-hold/legal-hold.ts';
import { rolesIn } from '../features/membership/membership.ts';
import { type Organization, organizationsBy } from '../features/organization/organization.ts';
import {
  type Resource,
  type ResourceName,
  resourcesBy,
  resourcesNamed,
} from '../features/resource/resource.ts';
import { type Retention, retentionsOf } from '../features/retention/retention.ts';
import { type Team, teamsBy } from '../features/team/team.ts';
import {
  type OwnershipOffer,
  openOffers,
  ownershipOffersBy,
} from '../features/transfer/ownership-offer.ts';
import type {
  ApiKeyId,
  AuditLogId,
  InvitationId,
  LegalHoldId,
  OrganizationId,
  OwnershipOfferId,
  ResourceId,
  TeamId,
  UserId,
} from '../kernel/ids.ts';
import type { Role } from '../kernel/vocabulary.ts';
import type { Session } from '../ledger/session.ts';

/** Loaders by id. Each goes through its feature's own visibility rule: null is "not yours". */
export interface Loaders {
  readonly organization: DataLoader<OrganizationId, Organization | null>;
  readonly user: DataLoader<UserId, User | null>;
  readonly apiKey: DataLoader<ApiKeyId, ApiKey | null>;
  readonly auditLog: DataLoader<AuditLogId, AuditLog | null>;
  readonly team: DataLoader<TeamId, Team | null>;
  readonly resource: DataLoader<ResourceId, Resource | null>;
  readonly resourceNamed: DataLoader<ResourceName, Resource | null, string>;
  readonly invitation: DataLoader<InvitationId, Invitation | null>;
  readonly ownershipOffer: DataLoader<OwnershipOfferId, OwnershipOffer | null>;
  readonly openOffer: DataLoader<string, OwnershipOffer | null>;
  readonly legalHold: DataLoader<LegalHoldId, LegalHold | null>;
  readonly retention: DataLoader<string, Retention | null>;
  readonly role: DataLoader<string, Role | null>;
  readonly seal: DataLoader<EntryPlace, Seal | null, string>;
  readonly checkpoint: DataLoader<OrganizationId, Checkpoint>;
  readonly proof: DataLoader<WantedProof, EntryProof, string>;
}

/** How each loader is made. */
const LOADERS: {
  readonly [Name in keyof Loaders]: (session: Session, signer: Signer) => Loaders[Name];
} = {
  organization: (session) => new DataLoader((ids) => organizationsBy(session, ids)),
  user: (session) => new DataLoader((ids) => usersBy(session, ids)),
  apiKey: (session) => new DataLoader((ids) => apiKeysBy(session, ids)),
  auditLog: (session) => new DataLoader((ids) => auditLogsBy(session, ids)),
  team: (session) => new DataLoader((ids) => teamsBy(session, ids)),
  resource: (session) => new DataLoader((ids) => resourcesBy(session, ids)),
  resourceNamed: (session) =>
    new DataLoader((names) => resourcesNamed(session, names), {
      cacheKeyFn: ({ organizationId, resourceUID }) => `${organizationId} ${resourceUID}`,
    }),
  invitation: (session) => new DataLoader((ids) => invitationsBy(session, ids)),
  ownershipOffer: (session) => new DataLoader((ids) => ownershipOffersBy(session, ids)),
  openOffer: (session) => new DataLoader((ids) => openOffers(session, ids)),
  legalHold: (session) => new DataLoader((ids) => legalHoldsBy(session, ids)),
  retention: (session) => new DataLoader((ids) => retentionsOf(session, ids)),
  role: (session) => new DataLoader((ids) => rolesIn(session, ids)),
  seal: (session) =>
    new DataLoader((places) => sealsOf(session, places), {
      cacheKeyFn: ({ organizationId, sequence }) => `${organizationId} ${sequence}`,
    }),
  checkpoint: (session, signer) => new DataLoader((ids) => auditCheckpoints(session, signer, ids)),
  proof: (session, signer) =>
    new DataLoader((wanted) => entryProofs(session, signer, wanted), {
      cacheKeyFn: ({ entry: { organizationId, sequence }, treeSize }) =>
        `${organizationId} ${sequence} ${treeSize}`,
    }),
};

/** Loaders of one request, each made when it is first asked for: a request asks for few. */
export const createLoaders = (session: Session, signer: Signer): Loaders =>
  Object.create(ON_DEMAND, { session: { value: session }, signer: { value: signer } });

const ON_DEMAND = Object.defineProperties(
  {},
  Object.fromEntries(Object.entries(LOADERS).map(([name, make]) => [name, madeOnce(name, make)])),
);

function madeOnce(name: string, make: (session: Session, signer: Signer) => unknown) {
  return {
    get(this: { readonly session: Session; readonly signer: Signer }) {
      const value = make(this.session, this.signer);
      Object.defineProperty(this, name, { value });
      return value;
    },
  };
}
