import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import type { ExportManifest } from './export-manifest.ts';

/** Why an export did not get further: it is no fault of its reader. */
export const STOPPED = 'The server is stopping.';

/** Why a place in the log is refused. */
export const beyond = (last: number): string => `Must not lie beyond ${last}.`;

/** What an export is going to give out. */
export interface BegunExport {
  readonly format: string;
  readonly filter: Record<string, unknown>;
  readonly afterSequence: number;
  readonly lastSequence: number;
}

/** Records that an export begins, before anything of it is given out. @throws as `change` */
export const recordExport = (
  session: Session,
  organizationId: OrganizationId,
  exportId: string,
  begun: BegunExport,
): Promise<null> =>
  change(session, organizationId, 'auditLog:export', async () => ({
    result: null,
    event: { action: 'auditLog.exported', resourceUID: exportId, metadata: { ...begun } },
  }));

/** Records what an export came to, by the server itself: the caller may have lost the permission. */
export const recordExportEnd = (
  session: Session,
  organizationId: OrganizationId,
  manifest: ExportManifest,
): Promise<null> =>
  change(
    { ...session, actor: { type: 'SYSTEM', id: null, name: 'export' } },
    organizationId,
    'auditLog:export',
    async () => ({
      result: null,
      event: {
        action: 'auditLog.exportEnded',
        resourceUID: manifest.exportId,
        metadata: { ...manifest },
      },
    }),
  );
