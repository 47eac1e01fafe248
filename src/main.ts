import { startCheckpointSweep } from './checkpoint-sweep.ts';
import { DEVELOPMENT_EMAIL, developmentMessage } from './cli/ready-message.ts';
import { developmentToken } from './cli/token.ts';
import { readConfig } from './config.ts';
import { type ReadyConfig, withKeySource } from './config-development.ts';
import type { Database } from './database/database.ts';
import { checkGuards } from './database/guards.ts';
import { migrate, pendingMigrations } from './database/migrations.ts';
import { openDatabase } from './database/open.ts';
import { checkRoles } from './database/role-check.ts';
import { startDerivationSweep } from './derivation-sweep.ts';
import { openSigner, type Signer } from './features/checkpoint/signer.ts';
import { prepareDemo } from './features/demo/prepare-demo.ts';
import { type Listener, listen } from './http/listen.ts';
import { type Log, openLog } from './http/log.ts';
import { SECOND_MS, systemClock } from './kernel/clock.ts';
import { mailerOf, startMailDelivery } from './mail-delivery.ts';
import { startPurgeSweep } from './purge-sweep.ts';
import { startRetentionSweep } from './retention-sweep.ts';
import { createServer } from './server.ts';

/** How long one statement that reads may take at least: jobs have no request that ends. */
const LEAST_READ_MS = 10 * SECOND_MS;
/** How long requests under way may take after the signal to stop. */
const GRACE_MS = 10 * SECOND_MS;

/**
 * Serves until SIGTERM or SIGINT; the second signal ends the process at once.
 * What keeps it from starting is printed in plain words, and the exit code is 1.
 */
export async function serve(): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

async function start(): Promise<void> {
  const config = withKeySource(readConfig());
  const log = openLog(config.logLevel);
  await prepareSchema(config, log);
  const database = await openDatabase(config.databaseUrl, {
    unsafeDurability: config.unsafeDurability,
    readTimeoutMs: Math.max(config.requestTimeoutMs, LEAST_READ_MS),
    ...(config.databaseReplicaUrl && { replicaUrl: config.databaseReplicaUrl }),
    onReplica: (isThere) =>
      isThere
        ? log.info('the replica answers again')
        : log.warn('the replica does not answer: the primary answers in its place'),
  });
  try {
    await checkGuards(database);
    const warning = await checkRoles(database, config.requireRoles);
    if (warning !== null) log.warn(warning);
    if (config.development) await prepareDemo(database, systemClock, DEVELOPMENT_EMAIL);
    const signer = openSigner(config);
    const server = createServer({ config, database, clock: systemClock, log, signer });
    const listener = await listen(server, config, config.deadlines);
    const stopJobs = startJobs(config, database, log, signer);
    stopOnSignals(log, () => stop(listener, stopJobs, database));
    await announce(config, listener.port, log);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What runs beside the requests; the returned function resolves when all of it has ended. */
function startJobs(
  config: ReadyConfig,
  database: Database,
  log: Log,
  signer: Signer,
): () => Promise<void> {
  const stops = [
    startPurgeSweep(database, systemClock, log),
    startCheckpointSweep(database, systemClock, log, signer),
    startRetentionSweep(database, systemClock, log),
    startDerivationSweep(database, systemClock, log),
  ];
  const mailer = mailerOf(config, (text) => process.stdout.write(text));
  if (mailer) stops.push(startMailDelivery({ config, database, clock: systemClock, log }, mailer));
  else log.warn('SMTP_URL is not set: the mails of invitations wait until it is');
  return async () => {
    await Promise.all(stops.map((stopped) => stopped()));
  };
}

/** SQLite belongs to this process, so it is migrated; a shared Postgres only where that is asked for. */
async function prepareSchema(config: ReadyConfig, log: Log): Promise<void> {
  const { databaseUrl, migrateOnStart } = config;
  if (databaseUrl.startsWith('file:') || migrateOnStart) {
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'migrated');
    return;
  }
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length > 0) {
    throw new Error(
      `The database lacks ${pending.length} migrations (${pending.join(', ')}): ` +
        'run npm run migrate, or set MIGRATE_ON_START=on.',
    );
  }
}

async function announce(config: ReadyConfig, port: number, log: Log): Promise<void> {
  const url = config.port === 0 ? `http://localhost:${port}` : config.publicUrl;
  if (config.development) {
    const token = await developmentToken(config, { email: DEVELOPMENT_EMAIL }, systemClock);
    process.stdout.write(developmentMessage(url, token, config));
  }
  if (config.keySource.kind === 'jwks' && config.audiences.length === 0) {
    log.warn(
      'JWT_AUDIENCE is not set: tokens that the issuer made for other services are accepted',
    );
  }
  log.info({ port, url, development: config.development }, 'ready');
}

async function stop(
  listener: Listener,
  stopJobs: () => Promise<void>,
  database: Database,
): Promise<void> {
  await listener.close(GRACE_MS);
  await stopJobs();
  await database.close();
}

function stopOnSignals(log: Log, stopped: () => Promise<void>): void {
  let isStopping = false;
  const onSignal = (signal: string): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    stopped().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'Orgtrail cannot start: the port is taken. Choose another with PORT.';
  }
  return error.message.startsWith('Orgtrail cannot start')
    ? error.message
    : `Orgtrail cannot start: ${error.message}`;
}
