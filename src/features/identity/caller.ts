import type { KeyActor, UserActor } from '../../ledger/session.ts';

/** Who is asking, and the organization their token names. */
export interface Caller {
  readonly actor: UserActor | KeyActor;
  readonly tokenOrganizationId: string | null;
}
