import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { MINUTE_MS } from '../src/kernel/clock.ts';
import { linkWith, mailerOf, startMailDelivery } from '../src/mail-delivery.ts';
import { startServer } from './support/client.ts';
import { call, invite } from './support/members.ts';
import { createOrganization } from './support/organizations.ts';

const { as, advance, clock, database, query } = await startServer();

/** A real mail server that keeps what it takes; `refusing` says whether it takes anything. */
async function mailServer() {
  const taken: string[] = [];
  const state = { refusing: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onMailFrom: (_address, _session, next) => next(state.refusing ? new Error('out') : null),
    onData: (stream, _session, next) => {
      stream.setEncoding('utf8');
      let text = '';
      stream.on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        taken.push(text.replace(/=\r?\n/g, '').replaceAll('=3D', '='));
        next();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    taken,
    state,
    port,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

const waiting = async (): Promise<number> =>
  (await query('SELECT "id" FROM "InvitationMail"')).length;

test('the server’s job mails invitations by SMTP with the configured link; an outage delays them, and loses none', async () => {
  const mail = await mailServer();
  const config = readConfig({
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    MAIL_FROM: 'orgtrail@example.com',
    INVITATION_URL: 'https://app.example.com/join?token={token}',
  });
  const mailer = mailerOf(config, () => undefined);
  if (!mailer) throw new Error('There is no mailer.');
  const log = pino({ level: 'silent' });
  /** One round of the job, from its start to its end. */
  const round = () => startMailDelivery({ config, database, clock, log }, mailer)();
  const owner = as('mail-owner');
  const { id } = await createOrganization(owner, { name: 'Zoë’s “Mail”' });
  mail.state.refusing = true;
  await invite(owner, id, 'mail-bob', 'MEMBER');
  await round();
  expect([mail.taken.length, await waiting()]).toEqual([0, 1]);
  mail.state.refusing = false;
  advance(MINUTE_MS);
  await round();
  expect([mail.taken.length, await waiting()]).toEqual([1, 0]);
  const [text = ''] = mail.taken;
  expect(text).toMatch(/^From: orgtrail@example.com\r$/m);
  expect(text).toMatch(/^To: mail-bob@example.com\r$/m);
  const [, token] = /https:\/\/app\.example\.com\/join\?token=([\w-]{43})/.exec(text) ?? [];
  const accepted = await call(as('mail-bob'), 'acceptInvitation', { token }, 'member { role }');
  expect(accepted.member).toEqual({ role: 'MEMBER' });
  await mail.close();
});

test('without a mail server mails are printed; in production they wait', async () => {
  const printed: string[] = [];
  const development = readConfig({});
  const mailer = mailerOf(development, (text) => printed.push(text));
  await mailer?.({ to: 'bob@example.com', subject: 'Hello', text: 'One\n\nTwo' });
  expect(printed.join()).toContain('Mail to bob@example.com');
  expect(printed.join()).toContain('\n  One\n\n  Two\n');
  expect(linkWith(development)('x')).toBeNull();
  const JWT_SECRET = 'thirty-two bytes of secret, or so';
  expect(mailerOf(readConfig({ NODE_ENV: 'production', JWT_SECRET }), () => undefined)).toBeNull();
});

test('a mail server without a sender, and a link without a place for the token, keep the server from starting', () => {
  expect(() => readConfig({ SMTP_URL: 'smtp://localhost' })).toThrow(/MAIL_FROM/);
  expect(() => readConfig({ INVITATION_URL: 'https://example.com/' })).toThrow(/INVITATION_URL/);
});
