import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { deliverInvitations } from './features/invitation/deliver-invitations.ts';
import type { InvitationLink } from './features/invitation/invitation-mail.ts';
import type { Log } from './http/log.ts';
import { type Clock, SECOND_MS } from './kernel/clock.ts';
import { openSystemSession } from './ledger/session.ts';
import type { Mailer } from './mail/mailer.ts';
import { printingMailer } from './mail/printing-mailer.ts';
import { smtpMailer } from './mail/smtp-mailer.ts';
import { startSweep } from './sweep.ts';

/** How often the outbox is looked at. */
const ROUND_MS = 5 * SECOND_MS;

/**
 * The mailer that the configuration asks for: SMTP, else one that prints; null in production without
 * a mail server, where mails wait in the outbox until there is one.
 */
export function mailerOf(
  { smtp, production }: Config,
  print: (text: string) => void,
): Mailer | null {
  if (smtp) return smtpMailer(smtp);
  return production ? null : printingMailer(print);
}

/** The link of an invitation's mail, by the configured page. */
export const linkWith =
  ({ invitationUrl }: Config): InvitationLink =>
  (token) =>
    invitationUrl?.replaceAll('{token}', token) ?? null;

/**
 * Hands over the mails of invitations, at once and then every five seconds, until the returned
 * function is called; it resolves when the round under way has ended. What fails is logged and
 * tried again.
 */
export function startMailDelivery(
  { config, database, clock, log }: { config: Config; database: Database; clock: Clock; log: Log },
  mailer: Mailer,
): () => Promise<void> {
  const session = openSystemSession(database, clock, 'orgtrail mail');
  const failed = (error: unknown): void => log.warn({ err: error }, 'a mail was not taken');
  const delivery = { mailer, linkOf: linkWith(config), failed };
  return startSweep({ log, pauseMs: ROUND_MS, failed: 'mailing failed' }, async () => {
    const takenCount = await deliverInvitations(session, delivery);
    if (takenCount > 0) log.info({ takenCount }, 'mailed');
    return false;
  });
}
