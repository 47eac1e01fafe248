import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNote, signedNote } from '../src/features/checkpoint/note.ts';
import { publicKeyOf, signingKeyOf, verifiesWith } from '../src/features/checkpoint/signing-key.ts';
import { verifyConsistency, verifyInclusion } from '../src/ledger/verify-proof.ts';
import { type Client, codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';
import { withoutGuards } from './support/unguarded.ts';

const statements: string[] = [];
const server = await startServer({
  env: { PUBLIC_URL: 'https://audit.example.com' },
  onQuery: (text) => statements.push(text),
});
const { as, query, config } = server;
const ada = as('ada');

const EVENT = { scope: 'COST', action: 'test.done', email: 'bob@example.com', details: 'Done' };

/** An organization with a log of `count` entries and its creation. */
async function withLog(count: number, client: Client = ada): Promise<string> {
  const { id } = await createOrganization(client, { name: 'Proved' });
  await record(
    client,
    id,
    Array.from({ length: count }, () => EVENT),
  );
  return id;
}

const checkpointOf = async (client: Client, id: string): Promise<Data> =>
  dataOf(
    await client(
      'query($id: ID!) { organization(id: $id) { auditCheckpoint { origin treeSize rootHash note signedAt } auditKeys { verifierKey isSigning } } }',
      { id },
    ),
  ).organization;

const ENTRIES =
  'query($id: ID!, $n: Int!, $size: SafeInt) { auditLogs(organizationId: $id, first: $n, orderBy: { field: SEQUENCE, direction: ASC }) { nodes { id sequence leafHash canonicalBody proof(treeSize: $size) { leafIndex treeSize hashes rootHash checkpoint tlogProof } } } }';
const entriesOf = async (client: Client, id: string, n: number, size?: number): Promise<Data[]> =>
  dataOf(await client(ENTRIES, { id, n, size })).auditLogs.nodes;

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** By the public key alone, as anybody would. */
function isSigned(note: string, verifierKey: string): boolean {
  const [, name, hash, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey) ?? [];
  const read = readNote(note);
  const publicKey = publicKeyOf(bytes(encoded).subarray(1));
  const hashed = createHash('sha256').update(`${name}\n`).update(bytes(encoded)).digest('hex');
  if (!read || hashed.slice(0, 8) !== hash) return false;
  return read.signatures.some(
    ({ keyHash, signature }) => keyHash === hash && verifiesWith(publicKey, read.text, signature),
  );
}

describe('a checkpoint', () => {
  test('is a C2SP note of all entries, that the listed key has signed', async () => {
    const id = await withLog(5);
    const { auditCheckpoint, auditKeys } = await checkpointOf(ada, id);
    const origin = `audit.example.com/${id}`;
    expect(auditCheckpoint).toMatchObject({ origin, treeSize: 6 });
    const { note, rootHash } = auditCheckpoint;
    expect(note.startsWith(`${origin}\n6\n${rootHash}\n\n— ${origin} `)).toBe(true);
    expect(auditKeys).toHaveLength(1);
    expect(auditKeys[0].verifierKey).toMatch(/^audit\.example\.com\/org_\w+\+[0-9a-f]{8}\+\S{44}$/);
    expect(isSigned(note, auditKeys[0].verifierKey)).toBe(true);
    expect(isSigned(note.replace('\n6\n', '\n7\n'), auditKeys[0].verifierKey)).toBe(false);
  });

  test('is signed once for the same entries, and again when there are more', async () => {
    const id = await withLog(1);
    const first = await checkpointOf(ada, id);
    expect(await checkpointOf(ada, id)).toEqual(first);
    await record(ada, id, [EVENT]);
    const second = await checkpointOf(ada, id);
    expect(second.auditCheckpoint.treeSize).toBe(3);
    const kept = readFileSync(path.join(config.checkpointDir, id), 'utf8');
    expect(kept).toBe(second.auditCheckpoint.note);
  });

  test('is for those who may read the log; others learn nothing', async () => {
    const id = await withLog(1);
    await addMember(query, as, id, 'member', 'MEMBER');
    const ask = 'query($id: ID!) { organization(id: $id) { auditCheckpoint { note } } }';
    expect(codesOf(await as('member')(ask, { id }))).toEqual(['FORBIDDEN']);
    expect(dataOf(await as('stranger')(ask, { id })).organization).toBeNull();
  });
});

describe('the proof of an entry', () => {
  test('leads from its canonical body to the root that was signed', async () => {
    const id = await withLog(20);
    const entries = await entriesOf(ada, id, 21);
    const { auditKeys } = await checkpointOf(ada, id);
    for (const { sequence, leafHash, canonicalBody, proof } of entries) {
      const leaf = createHash('sha256').update('\0').update(canonicalBody).digest();
      expect(leaf.toString('base64')).toBe(leafHash);
      expect(JSON.parse(canonicalBody)).toMatchObject({ sequence, organization: id, v: 1 });
      const [, size, root] = proof.checkpoint.split('\n');
      expect([String(proof.treeSize), proof.rootHash]).toEqual([size, root]);
      expect(isSigned(proof.checkpoint, auditKeys[0].verifierKey)).toBe(true);
      const claim = { index: BigInt(sequence - 1), size: BigInt(size), root: bytes(root) };
      const hashes = proof.hashes.map(bytes);
      expect(verifyInclusion({ ...claim, leaf, hashes })).toBe(true);
      expect(verifyInclusion({ ...claim, leaf: bytes(root), hashes })).toBe(false);
      expect(proof.tlogProof).toBe(
        `c2sp.org/tlog-proof@v1\nindex ${sequence - 1}\n${proof.hashes.join('\n')}\n\n${proof.checkpoint}`,
      );
    }
  });

  test('holds no personal data: neither addresses nor details stand in what is hashed', async () => {
    const id = await withLog(1);
    const [, entry] = await entriesOf(ada, id, 2);
    expect(entry.canonicalBody).not.toMatch(/bob|example\.com|Done/);
  });

  test('can be had for any size that counts the entry, and for no other', async () => {
    const id = await withLog(9);
    const ask =
      'query($id: ID!, $size: SafeInt) { auditLogs(organizationId: $id, first: 1) { nodes { sequence proof(treeSize: $size) { treeSize checkpoint tlogProof } } } }';
    const proofIn = async (size: number) => ada(ask, { id, size });
    const { nodes } = dataOf(await proofIn(10)).auditLogs;
    expect(nodes[0]).toMatchObject({ sequence: 10, proof: { treeSize: 10, checkpoint: null } });
    for (const [size, rule] of [
      [9, 'at least 10'],
      [11, 'from 10 to 10'],
      [0, 'at least 10'],
    ] as const) {
      const answer = await proofIn(size);
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.message).toContain(rule);
    }
    await checkpointOf(ada, id);
    const { proof } = dataOf(await proofIn(10)).auditLogs.nodes[0];
    expect(proof.checkpoint).toContain('\n10\n');
  });

  test('costs as many statements for a page of 100 as for one of 2', async () => {
    const id = await withLog(120);
    await entriesOf(ada, id, 2);
    const counts: number[] = [];
    for (const n of [2, 100]) {
      statements.length = 0;
      expect(await entriesOf(ada, id, n)).toHaveLength(n);
      counts.push(statements.length);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[1]).toBeLessThan(14);
  });

  test('is refused of an entry that was altered behind the server’s back', async () => {
    const id = await withLog(3);
    await checkpointOf(ada, id);
    const [entry] = await entriesOf(ada, id, 1);
    expect(entry.canonicalBody).not.toBeNull();
    await withoutGuards(server, async () => {
      await query(
        `UPDATE "AuditLog" SET "action" = 'altered' WHERE "sequence" = 2 AND "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)`,
        [id],
      );
      await query(
        `UPDATE "AuditLog" SET "leafHash" = (SELECT "root" FROM "Ledger" WHERE "id" = "ledgerId") WHERE "sequence" = 3 AND "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)`,
        [id],
      );
    });
    const answer = await ada(ENTRIES, { id, n: 4 });
    expect(codesOf(answer)).toContain('LOG_FORKED');
    const { nodes } = dataOf(
      await ada(
        'query($id: ID!) { auditLogs(organizationId: $id, orderBy: { field: SEQUENCE, direction: ASC }) { nodes { canonicalBody } } }',
        { id },
      ),
    ).auditLogs;
    expect(nodes.map((node: Data) => node.canonicalBody === null)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('consistency', () => {
  const CONSISTENCY =
    'query($id: ID!, $from: SafeInt!, $to: SafeInt!) { organization(id: $id) { auditConsistency(from: $from, to: $to) { fromSize toSize fromRootHash toRootHash hashes } } }';

  test('is proved between any two checkpoints', async () => {
    const id = await withLog(3);
    const { auditCheckpoint: early } = await checkpointOf(ada, id);
    await record(ada, id, [EVENT, EVENT, EVENT]);
    const { auditCheckpoint: late } = await checkpointOf(ada, id);
    const variables = { id, from: early.treeSize, to: late.treeSize };
    const proof = dataOf(await ada(CONSISTENCY, variables)).organization.auditConsistency;
    expect([proof.fromRootHash, proof.toRootHash]).toEqual([early.rootHash, late.rootHash]);
    const sizes = { from: BigInt(proof.fromSize), to: BigInt(proof.toSize) };
    const roots = { fromRoot: bytes(proof.fromRootHash), toRoot: bytes(proof.toRootHash) };
    expect(verifyConsistency({ ...sizes, ...roots, hashes: proof.hashes.map(bytes) })).toBe(true);
  });

  test.each([
    [0, 3, 'from: Must be a whole number from 1 to 3'],
    [3, 2, 'from: Must be a whole number from 1 to 2'],
    [1, 99, 'to: Must be a whole number from 1 to 4'],
  ])('from %i to %i is refused, naming the limit', async (from, to, rule) => {
    const answer = await ada(CONSISTENCY, { id: await withLog(3), from, to });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.message).toContain(rule);
  });
});

describe('the checkpoint that is kept outside the database', () => {
  const ask =
    'query($id: ID!) { organization(id: $id) { auditCheckpoint { treeSize } } auditLogs(organizationId: $id) { nodes { sequence } } }';

  /** Puts another text in the place of a log's kept checkpoint, which was true; asks for a new one. */
  async function signedAfter(alter: (note: string, id: string) => string) {
    const id = await withLog(3);
    const { auditCheckpoint } = await checkpointOf(ada, id);
    writeFileSync(path.join(config.checkpointDir, id), alter(auditCheckpoint.note, id));
    await record(ada, id, [EVENT]);
    return ada(ask, { id });
  }

  test.each([
    ['a text that is no note', () => 'nothing'],
    ['a signature that does not fit', (note: string) => note.replace(/(— \S+ .{20})./, '$1_')],
    ['another size', (note: string) => note.replace('\n4\n', '\n3\n')],
    [
      'what is true, but signed by another key',
      (note: string) => {
        const read = readNote(note);
        return read ? signedNote(read, [signingKeyOf(new Uint8Array(32))]) : '';
      },
    ],
  ])('is refused when it is %s; reading goes on', async (_name, alter) => {
    const answer = await signedAfter(alter);
    expect(codesOf(answer)).toEqual(['LOG_FORKED']);
    expect(answer.errors?.[0]?.message).toMatch(/is damaged, or signed by an unknown key/);
    expect(answer.data?.auditLogs.nodes).toHaveLength(5);
  });

  test('is refused when it is that of another log', async () => {
    const other = await withLog(8);
    const { note } = (await checkpointOf(ada, other)).auditCheckpoint;
    expect(codesOf(await signedAfter(() => note))).toEqual(['LOG_FORKED']);
  });

  test('lets signing go on when it is as it was written', async () => {
    expect(codesOf(await signedAfter((note) => note))).toEqual([]);
  });
});
