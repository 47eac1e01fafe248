import type { Mail } from '../../mail/mailer.ts';
import type { Invitation } from './invitation.ts';

/** Where an invitation's link leads: the page that accepts it, by the token; null = there is none. */
export type InvitationLink = (token: string) => string | null;

/** The mail of an invitation, with a token that accepts it. */
export function invitationMail(
  { email, role, invitedByEmail, expiresAt, organization: { name } }: Invitation,
  token: string,
  linkOf: InvitationLink,
): Mail {
  const link = linkOf(token);
  const way = link ?? `Accept it through acceptInvitation with this token:\n\n${token}`;
  return {
    to: email,
    subject: `Invitation to ${name}`,
    text: [
      `${invitedByEmail} invites you to become a member of ${name}, as ${role}.`,
      way,
      `It is for ${email} alone, and ends at ${expiresAt.toISOString()}.`,
      'If you do not know what this is about, do nothing.',
    ].join('\n\n'),
  };
}
