import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';

/** How to reach a mail server, and whom its mails come from. */
export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  readonly url: string;
  readonly from: string;
}

/** How long a mail server may take to answer at each step. */
const PATIENCE_MS = 15_000;

/** A mailer that hands mails to an SMTP server (RFC 5321), each on a connection of its own. */
export function smtpMailer({ url, from }: SmtpOptions): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    // A mail is made of its own text alone: no file or address is read for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
  };
}
