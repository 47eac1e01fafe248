import type { Mailer } from './mailer.ts';

/** A mailer for development: it prints each mail and sends none. */
export const printingMailer =
  (print: (text: string) => void): Mailer =>
  async ({ to, subject, text }) =>
    print(`\n  Mail to ${to} (printed: no SMTP_URL is set)\n  ${subject}\n\n${indented(text)}\n\n`);

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
