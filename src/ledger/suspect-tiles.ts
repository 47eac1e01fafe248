import type { OrganizationId } from '../kernel/ids.ts';

/** Logs whose tiles this process saw to say something else than their leaves. */
const suspects = new Set<OrganizationId>();

/** Has the tiles of a log made anew by the next round of the sweep. */
export const suspectTiles = (organizationId: OrganizationId): void =>
  void suspects.add(organizationId);

/** The logs that wait for that; of every database that this process serves. */
export const suspectedLogs = (): OrganizationId[] => [...suspects];

/** Their tiles were made anew. */
export const clearTiles = (organizationId: OrganizationId): void =>
  void suspects.delete(organizationId);
