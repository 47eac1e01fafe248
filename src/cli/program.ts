import { Command, InvalidArgumentError, Option } from 'commander';
import { LARGEST_BATCH } from '../features/audit-log/record-audit-logs.ts';
import { keepHeapSmall } from '../heap.ts';
import { systemClock } from '../kernel/clock.ts';
import { PRODUCT_SCOPES, type ProductScope } from '../kernel/vocabulary.ts';
import { failureText } from './failure-text.ts';
import { REBUILDS } from './rebuilds.ts';

keepHeapSmall();

/** The whole command line; each command loads what it needs only when it runs. */
const program = new Command('orgtrail')
  .description('Organizations and their audit logs over GraphQL.')
  .showHelpAfterError('(add --help for the options and examples)');

command('serve', 'Serve the API; the configuration comes from the environment.')
  .addHelpText('after', examples('npm start', 'PORT=8080 npm start'))
  .action(async () => {
    const { serve } = await import('../main.ts');
    await serve();
  });

command('import', 'Import events from NDJSON files, plain or gzip, into an organization’s log.')
  .argument('<file...>', 'files with one JSON object a line')
  .option('--organization <id|slug>', 'whose log to import into')
  .addOption(
    new Option('--default-scope <scope>', 'scope of the events that name none').choices(
      PRODUCT_SCOPES.map((scope) => scope.toLowerCase()),
    ),
  )
  .option('--batch-size <count>', 'lines in one transaction', wholeUpTo(LARGEST_BATCH), 500)
  .option('--rejected <file>', 'where to write every rejected line, as NDJSON')
  .addHelpText(
    'after',
    `
Can be run again: a line that is there already is counted as a duplicate. Exit code: 0 all lines are
in the log, 2 some were rejected (each is named with its reason), 1 an error, 130 stopped by Ctrl-C.
${examples(
  'npm run import -- events.ndjson.gz --organization acme-corp',
  'npm run import -- *.ndjson --organization acme-corp --default-scope platform --rejected bad.ndjson',
)}`,
  )
  .action(async (files: string[], options: ImportOptions) => {
    const organization = needed(options.organization, '--organization <id|slug>');
    const { withDatabase } = await import('./opened-database.ts');
    const { runImport } = await import('./run-import.ts');
    process.exitCode = await withDatabase((database) =>
      runImport(database, systemClock, {
        files,
        organization,
        defaultScope: (options.defaultScope?.toUpperCase() ?? null) as ProductScope | null,
        batchSize: options.batchSize,
        rejectedFile: options.rejected ?? null,
      }),
    );
  });

interface ImportOptions {
  organization?: string;
  defaultScope?: string;
  batchSize: number;
  rejected?: string;
}

command(
  'export',
  'Export an organization’s log, oldest first, as the REST door does. It is recorded.',
)
  .option('--organization <id|slug>', 'whose log; a purged organization’s id works too')
  .option('--output <file>', 'where to write to, with gzip if it ends in .gz; default: stdout')
  .addOption(
    new Option('--format <format>', 'of the output').choices(['ndjson', 'csv']).default('ndjson'),
  )
  .option(
    '--filter <parameters>',
    'as in the REST door’s address: "include=cost&from=2026-01-01T00:00:00Z"',
  )
  .option('--cursor <sequence>', 'go on after this entry', wholeUpTo(Number.MAX_SAFE_INTEGER))
  .addOption(
    new Option(
      '--evidence',
      'a zip that proves itself to whoever has the log’s verifier key',
    ).conflicts('format'),
  )
  .option(
    '--previous <size>',
    'with --evidence: prove that the log of this size is the beginning of this one',
    wholeUpTo(Number.MAX_SAFE_INTEGER),
  )
  .addHelpText(
    'after',
    examples(
      'npm run export -- --organization acme-corp --output acme.ndjson',
      'npm run export -- --organization acme-corp --format csv --output acme.csv.gz',
      'npm run --silent export -- --organization acme-corp --filter "action=team.*" | head',
      'npm run export -- --organization acme-corp --evidence --output acme.zip',
    ),
  )
  .action(async ({ output, format, filter, cursor, ...given }: ExportOptions) => {
    const organization = needed(given.organization, '--organization <id|slug>');
    if (given.previous && !given.evidence) program.error('error: --previous needs --evidence');
    const { withDatabase } = await import('./opened-database.ts');
    const { runExport } = await import('./export.ts');
    const { filterOfText } = await import('../rest/filter-parameters.ts');
    const { evidenceRequest } = await import('./evidence-request.ts');
    const request = {
      organization,
      output: output ?? null,
      format: format === 'csv' ? ('CSV' as const) : ('NDJSON' as const),
      filter: filterOfText(filter ?? ''),
      cursor: cursor ?? null,
      evidence: given.evidence ? evidenceRequest(given.previous ?? null) : null,
    };
    await withDatabase((database) => runExport(database, systemClock, request));
  });

interface ExportOptions {
  organization?: string;
  output?: string;
  format: string;
  filter?: string;
  cursor?: number;
  evidence?: boolean;
  previous?: number;
}

command('token', 'Print a token for development.')
  .option('--email <address>', 'whom it speaks for')
  .option('--name <name>', 'their name')
  .option('--org <id>', 'the organization to select: the org_id claim')
  .option('--expires <duration>', 'such as 90s, 30m, 8h or 7d', '8h')
  .addHelpText('after', examples('npm run token -- --email ada@example.com --expires 7d'))
  .action(async ({ email: given, ...options }: TokenCommandOptions) => {
    const email = needed(given, '--email <address>');
    const { readConfig } = await import('../config.ts');
    const { developmentToken } = await import('./token.ts');
    process.stdout.write(
      `${await developmentToken(readConfig(), { email, ...options }, systemClock)}\n`,
    );
  });

interface TokenCommandOptions {
  email?: string;
  name?: string;
  org?: string;
  expires: string;
}

command('migrate', 'Apply the migrations that the database lacks.')
  .addHelpText('after', examples('npm run migrate', 'DATABASE_URL=postgres://… npm run migrate'))
  .action(async () => {
    const { readConfig } = await import('../config.ts');
    const { runMigrate } = await import('./migrate.ts');
    process.stdout.write(`${await runMigrate(readConfig().databaseUrl)}\n`);
  });

command('roles', 'Make the three Postgres roles: owner, server, retention.')
  .option('--prefix <name>', 'what their names begin with', 'orgtrail')
  .option('--print', 'only print the SQL', false)
  .addHelpText(
    'after',
    examples(
      'npm run --silent roles -- --print | less',
      'DATABASE_URL=postgres://postgres@… npm run roles',
    ),
  )
  .action(async ({ prefix, print }: { prefix: string; print: boolean }) => {
    const { runRoles } = await import('./roles.ts');
    process.stdout.write(`${await runRoles({ prefix, isDry: print })}\n`);
  });

command('erase', 'Erase a person by their address, from one organization or the whole database.')
  .option('--email <address>', 'whom')
  .option('--confirm <address>', 'the same again')
  .option(
    '--organization <id|slug>',
    'from which; a purged organization’s id works too; default: all',
  )
  .addHelpText(
    'after',
    examples('npm run erase -- --email ada@example.com --confirm ada@example.com'),
  )
  .action(async (options: Record<'email' | 'confirm' | 'organization', string | undefined>) => {
    const email = needed(options.email, '--email <address>');
    if (options.confirm !== email) program.error('error: --confirm must be the same address');
    const { withDatabase } = await import('./opened-database.ts');
    const { runErase } = await import('./erase.ts');
    const organization = options.organization ?? null;
    process.exitCode = await withDatabase((database) =>
      runErase(database, systemClock, { email, organization }),
    );
  });

command('migration', 'Write the next migration for both databases, from the models.')
  .argument('<name>', 'what it does, in snake_case')
  .addHelpText('after', examples('npm run migration -- add_teams'))
  .action(async (name: string) => {
    const { runMigration } = await import('./migration.ts');
    process.stdout.write(`${await runMigration(name, systemClock)}\n`);
  });

command('doctor', 'Look through the installation and every log, and say what to do.')
  .option('--organization <id|slug>', 'only this log')
  .option('--deep', 'make every leaf anew from its entry, which reads all of every log', false)
  .addHelpText(
    'after',
    `\nExit code: 0 all sound, 1 something is broken.\n${examples(
      'npm run doctor',
      'npm run doctor -- --organization acme-corp --deep',
    )}`,
  )
  .action(async ({ organization, deep }: { organization?: string; deep: boolean }) => {
    const { runDoctor } = await import('./doctor.ts');
    const request = { organization: organization ?? null, deep };
    process.exitCode = await runDoctor(request, systemClock, (text) => process.stdout.write(text));
  });

command('acknowledge-fork', 'Let a log be signed again that was put back from an older copy.')
  .option('--organization <id|slug>', 'whose log')
  .option('--reason <text>', 'why; it is recorded in the log')
  .addHelpText(
    'after',
    examples('npm run acknowledge-fork -- --organization acme --reason "disk lost"'),
  )
  .action(async (options: { organization?: string; reason?: string }) => {
    const organization = needed(options.organization, '--organization <id|slug>');
    const reason = needed(options.reason, '--reason <text>');
    const { readConfig } = await import('../config.ts');
    const { withDatabase } = await import('./opened-database.ts');
    const { runAcknowledgeFork } = await import('./acknowledge-fork.ts');
    const done = await withDatabase((database) =>
      runAcknowledgeFork(database, readConfig(), systemClock, { organization, reason }),
    );
    process.stdout.write(`${done}\n`);
  });

for (const [name, what, load] of REBUILDS) {
  command(name, what)
    .option('--organization <id|slug>', 'whose log')
    .addHelpText('after', examples(`npm run ${name} -- --organization acme`))
    .action(async (options: { organization?: string }) => {
      const organization = needed(options.organization, '--organization <id|slug>');
      const { withDatabase } = await import('./opened-database.ts');
      const rebuild = await load();
      const done = await withDatabase((database) => rebuild(database, systemClock, organization));
      process.stdout.write(`${done}\n`);
    });
}

command(
  'rotate-signing-key',
  'Make a new key that signs checkpoints; the old one goes on for a while.',
)
  .option('--overlap-days <days>', 'for how long both sign', wholeUpTo(3_650), 30)
  .addHelpText(
    'after',
    examples('npm run rotate-signing-key', 'npm run rotate-signing-key -- --overlap-days 90'),
  )
  .action(async ({ overlapDays }: { overlapDays: number }) => {
    const { readConfig } = await import('../config.ts');
    const { runRotateKey } = await import('./rotate-key.ts');
    process.stdout.write(`${runRotateKey(readConfig(), systemClock, overlapDays)}\n`);
  });

function command(name: string, description: string): Command {
  return program.command(name).description(description);
}

/** Checked here and not by commander, which would name it before a misspelt one. */
function needed(value: string | undefined, flags: string): string {
  return value ?? program.error(`error: required option '${flags}' not specified`);
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

function wholeUpTo(largest: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= largest) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from 1 to ${largest}.`);
  };
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exitCode = 1;
}
