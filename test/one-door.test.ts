import ts from 'typescript';
import { expect, expectTypeOf, test } from 'vitest';
import type { Database, Reader } from '../src/database/database.ts';
import type { Context } from '../src/graphql/context.ts';
import type { Session } from '../src/ledger/session.ts';
import { freshDatabase } from './support/database.ts';
import { type Source, sources } from './support/sources.ts';

/** A source with all of its syntax, node by node. */
interface Parsed extends Source {
  readonly nodes: readonly ts.Node[];
}

const parsed: readonly Parsed[] = sources().map(({ file, text }) => {
  const nodes: ts.Node[] = [];
  const collect = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return { file, text, nodes };
});

const isIn = (file: string, ...folders: string[]): boolean =>
  folders.some((folder) => file.startsWith(`src/${folder}/`));

/** The files in which an identifier stands, imports and uses alike. */
const filesNaming = (name: string): string[] =>
  parsed
    .filter(({ nodes }) => nodes.some((node) => ts.isIdentifier(node) && node.text === name))
    .map(({ file }) => file);

const MODELS =
  'user organization membership apiKey tombstone ledger auditLog recordedKey prunedLeaf pendingRetention retentionRun legalHold team teamMember resource invitation invitationToken invitationMail ownershipOffer merkleTile auditCheckpoint derivation auditTally auditTallyDay auditScopeDay auditActorTally auditTotal auditGram';
const WRITING = /^(create|update|upsert|delete)(Many)?(AndReturn)?$/;
const RAW = /^\$(execute|query|transaction|runCommand)/;

interface Call {
  readonly file: string;
  /** As it is written. */
  readonly call: string;
  /** What it is called on, at the very left. */
  readonly root: string;
}

/** Every call of a source that writes, or could: `x.organization.create`, `x.$executeRaw` … */
function writesOf({ file, nodes }: Parsed): Call[] {
  return nodes.flatMap((node) => {
    if (!ts.isPropertyAccessExpression(node)) return [];
    const { expression, name } = node;
    const isModel =
      ts.isPropertyAccessExpression(expression) && MODELS.split(' ').includes(expression.name.text);
    if (!RAW.test(name.text) && !(isModel && WRITING.test(name.text))) return [];
    const call = node.getText();
    return [{ file, call, root: /^[\w$]*/.exec(call)?.[0] ?? '' }];
  });
}

test('only the ledger holds the key to the writing door', () => {
  const files = filesNaming('WRITE');
  expect(files).toContain('src/ledger/change.ts');
  expect(files.filter((file) => !isIn(file, 'ledger'))).toEqual([]);
  const batching = filesNaming('BATCH');
  expect(batching).toContain('src/ledger/record.ts');
  expect(batching.filter((file) => !isIn(file, 'ledger'))).toEqual([]);
});

test('what the ledger offers for writing is used where it was meant, and nowhere else', () => {
  const outside = (name: string) => filesNaming(name).filter((file) => !isIn(file, 'ledger'));
  expect(outside('turn')).toEqual([]);
  expect(outside('recordProposals')).toEqual(['src/features/audit-log/record-audit-logs.ts']);
  expect(outside('append')).toEqual([]);
  expect(outside('found')).toContain('src/features/organization/create-organization.ts');
  expect(outside('unrecorded')).toEqual([
    'src/cli/erase.ts',
    'src/features/checkpoint/checkpoint.ts',
    'src/features/invitation/deliver-invitations.ts',
    'src/features/organization/select-organization.ts',
  ]);
  expect(outside('eraseInTurn')).toEqual(['src/features/erasure/erase-subject.ts']);
  expect(outside('eraseUnderTurn')).toEqual(['src/features/erasure/finish-erasure.ts']);
  expect(outside('changeAsInvited')).toEqual(['src/features/invitation/answer-invitation.ts']);
  const beforeSession = ['src/features/access-key/key-use.ts', 'src/features/identity/user.ts'];
  expect(beforeSession).toEqual(expect.arrayContaining(outside('unrecordedBeforeSession')));
});

test('whatever writes does so in a transaction that the ledger opened', () => {
  const writes = parsed.flatMap(writesOf);
  expect(writes.length).toBeGreaterThan(8);
  const around = writes.filter(
    ({ file, root }) => root !== 'transaction' && !isIn(file, 'database'),
  );
  expect(around).toEqual([]);
});

test('a transaction comes from the ledger’s callbacks: nobody makes one, nobody keeps one', () => {
  const kept = parsed
    .filter(({ file }) => !isIn(file, 'database', 'ledger'))
    .flatMap(({ file, nodes }) =>
      nodes
        .filter(
          (node) =>
            (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) &&
            node.name.getText() === 'transaction',
        )
        .map((node) => `${file}: ${node.getText()}`),
    );
  expect(kept).toEqual([]);
});

test('the databases’ clients are made in src/database and nowhere else', () => {
  const makers = sources()
    .filter(({ file }) => !isIn(file, 'database'))
    .filter(({ text }) =>
      /^import (?!type\b)[^;]*from '[^']*(generated\/(sqlite|postgresql)\/|^pg$|better-sqlite3)/m.test(
        text,
      ),
    );
  expect(makers.map(({ file }) => file)).toEqual([]);
  const writers = sources().filter(({ text }) => /\bdatabase\.(write|batch)\b/.test(text));
  expect(writers.map(({ file }) => file).sort()).toEqual([
    'src/ledger/session.ts',
    'src/ledger/unrecorded.ts',
  ]);
});

test('what a resolver is given has no way to write, by type', () => {
  type Methods = { [M in keyof Reader]: keyof Reader[M] }[keyof Reader];
  expectTypeOf<
    Extract<Methods, `${'create' | 'update' | 'upsert' | 'delete'}${string}`>
  >().toBeNever();
  expectTypeOf<Extract<keyof Reader, `$${string}`>>().toBeNever();
  expectTypeOf<Context['session']['read']>().toEqualTypeOf<Reader>();
  expectTypeOf<Extract<keyof Session, string>>().toEqualTypeOf<
    | 'actor'
    | 'origin'
    | 'headerOrganizationId'
    | 'tokenOrganizationId'
    | 'largestPageSize'
    | 'clock'
    | 'provider'
    | 'read'
    | 'select'
    | 'replica'
  >();
  expectTypeOf<Extract<keyof Context, string>>().toEqualTypeOf<
    'session' | 'load' | 'signer' | 'costLimit'
  >();
});

/** What plain JavaScript could still reach. */
interface Untyped {
  readonly read: {
    readonly user: {
      create(query: object): Promise<unknown>;
      deleteMany(query: object): Promise<unknown>;
    };
  };
}

/** A database that takes no changes is unavailable to whoever changes; the cause says why. */
const saysReadOnly = (error: Error): boolean =>
  /read-?only/i.test(`${error.message} ${(error.cause as Error | undefined)?.message}`);

test('the reading doors refuse to write even around the types', async () => {
  const { database, query, close } = await freshDatabase();
  const { read } = database as Database & Untyped;
  const now = new Date();
  const data = { id: 'usr_1', subject: 's', email: 'e', createdAt: now, updatedAt: now };
  await database.write((transaction) => transaction.user.create({ data }));
  await expect(
    read.user.create({ data: { ...data, id: 'usr_2', subject: 't' } }),
  ).rejects.toSatisfy(saysReadOnly);
  await expect(read.user.deleteMany({})).rejects.toSatisfy(saysReadOnly);
  await expect(database.select(`DELETE FROM "User"`, [])).rejects.toThrow();
  expect(await query('SELECT "id" FROM "User"')).toEqual([{ id: 'usr_1' }]);
  await close();
});
