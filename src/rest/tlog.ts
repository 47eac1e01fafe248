import { checkpointFor } from '../features/checkpoint/checkpoint.ts';
import type { Signer } from '../features/checkpoint/signer.ts';
import { tileBytes } from '../features/checkpoint/tile-bytes.ts';
import { byMethod, type Route } from '../http/route.ts';
import { NotFoundError } from '../kernel/errors.ts';
import { isId, type OrganizationId } from '../kernel/ids.ts';
import { authorize } from '../ledger/authorize.ts';
import type { Session } from '../ledger/session.ts';
import type { SignIn } from './sign-in.ts';

const PLACE = /^\/tlog\/([^/]+)\/(.+)$/;

/**
 * `GET /tlog/<organization id>/…`: a log's checkpoint and tiles as files (C2SP tlog-tiles), for
 * those who may read the log, since its size tells of activity. There are no bundles of entries:
 * entries hold personal data and are had from the export.
 */
export const tlogRoute = (signIn: SignIn, signer: Signer): Route =>
  byMethod({
    GET: async (exchange) => {
      const session = await signIn(exchange);
      const [, organizationId = '', file = ''] = PLACE.exec(exchange.url.pathname) ?? [];
      if (!isId('org', organizationId)) throw new NotFoundError('Organization', organizationId);
      await authorize(session, organizationId, 'auditLog:read');
      return fileOf(session, signer, organizationId, file);
    },
  });

async function fileOf(
  session: Session,
  signer: Signer,
  organizationId: OrganizationId,
  file: string,
): Promise<Response> {
  if (file === 'checkpoint') {
    const { note } = await checkpointFor(session, signer, organizationId);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
    return new Response(note, { headers });
  }
  const bytes = await tileBytes(session, organizationId, file);
  if (!bytes) throw new NotFoundError('File', file);
  return new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
    },
  });
}
