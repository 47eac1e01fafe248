import { builder } from '../../graphql/builder.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { Consistency } from '../../ledger/proved.ts';
import { AuditLog } from '../audit-log/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { EntryProof } from './entry-proofs.ts';
import { tlogProof } from './inclusion.ts';
import { base64 } from './note.ts';
import { auditConsistency, auditKeys, type AuditKey as Key } from './organization-proofs.ts';

const ROOT = 'Root of the RFC 6962 tree over their leaves: 32 bytes in base64.';

const AuditCheckpoint = builder.objectRef<Checkpoint>('AuditCheckpoint').implement({
  description:
    'A signed statement of how many entries a log has and what they are, in one root (C2SP tlog-checkpoint). Whoever keeps one can prove later that nothing before it was changed.',
  fields: (t) => ({
    origin: t.exposeString('origin', { description: 'Names the log: <host>/<organization id>.' }),
    treeSize: t.expose('size', { type: 'SafeInt', description: 'How many entries it counts.' }),
    rootHash: t.string({ description: ROOT, resolve: ({ root }) => base64(root) }),
    note: t.exposeString('note', {
      description: 'The signed note, whole, as other tools take it (C2SP signed-note, Ed25519).',
    }),
    signedAt: t.expose('signedAt', {
      type: 'DateTime',
      description: 'When, by this server’s clock; it is not part of what is signed.',
    }),
  }),
});

const InclusionProof = builder.objectRef<EntryProof>('InclusionProof').implement({
  description: 'The proof that an entry stands in a log (RFC 6962, section 2.1.1).',
  fields: (t) => ({
    leafIndex: t.expose('leafIndex', { type: 'SafeInt', description: 'Its sequence less one.' }),
    treeSize: t.expose('treeSize', {
      type: 'SafeInt',
      description: 'Of how many entries the tree is.',
    }),
    hashes: t.stringList({
      description: 'The siblings from the leaf up, at most 53: each 32 bytes in base64.',
      resolve: ({ hashes }) => hashes.map(base64),
    }),
    rootHash: t.string({ description: ROOT, resolve: ({ rootHash }) => base64(rootHash) }),
    checkpoint: t.string({
      nullable: true,
      description:
        'The signed checkpoint of just this size; null when none was signed, which happens only with an own treeSize.',
      resolve: ({ checkpoint }) => checkpoint?.note ?? null,
    }),
    tlogProof: t.string({
      nullable: true,
      description:
        'Proof and checkpoint in one text, to be kept beside the entry (C2SP tlog-proof); null without a checkpoint.',
      resolve: (proof) => proof.checkpoint && tlogProof(proof, proof.checkpoint.note),
    }),
  }),
});

const ConsistencyProof = builder.objectRef<Consistency>('ConsistencyProof').implement({
  description:
    'The proof that a log only grew: its larger tree begins with the smaller one (RFC 6962, section 2.1.2).',
  fields: (t) => ({
    fromSize: t.expose('from', { type: 'SafeInt', description: 'Entries in the smaller tree.' }),
    toSize: t.expose('to', { type: 'SafeInt', description: 'Entries in the larger tree.' }),
    fromRootHash: t.string({ description: ROOT, resolve: ({ fromRoot }) => base64(fromRoot) }),
    toRootHash: t.string({ description: ROOT, resolve: ({ toRoot }) => base64(toRoot) }),
    hashes: t.stringList({
      description: 'Each 32 bytes in base64; empty when the sizes are the same.',
      resolve: ({ hashes }) => hashes.map(base64),
    }),
  }),
});

const AuditKey = builder.objectRef<Key>('AuditKey').implement({
  description: 'A key by which checkpoints of a log are verified.',
  fields: (t) => ({
    verifierKey: t.exposeString('verifierKey', {
      description:
        'The public key as verifiers take it: <name>+<hash>+<key> (C2SP signed-note). Get it from whoever runs the server by another way too: a server that lies would lie here as well.',
    }),
    isSigning: t.exposeBoolean('isSigning', {
      description: 'Whether it signs now; keys that do not any more still verify what they signed.',
    }),
  }),
});

builder.objectFields(AuditLog, (t) => ({
  leafHash: t.string({
    nullable: true,
    description:
      'The leaf that stands for this entry in the tree: SHA-256(0x00 || canonicalBody), 32 bytes in base64. Null only if the entry was pruned while it was read.',
    resolve: async (entry, _args, { load }) => {
      const seal = await load.seal.load(entry);
      return seal && base64(seal.leafHash);
    },
  }),
  canonicalBody: t.string({
    nullable: true,
    description:
      'What the leaf is the hash of: RFC 8785 JSON without personal data, which it commits to. Null where it no longer gives the leaf: something of it was erased, or altered.',
    resolve: async (entry, _args, { load }) => (await load.seal.load(entry))?.canonicalBody ?? null,
  }),
  proof: t.field({
    type: InclusionProof,
    description:
      'The proof that this entry stands in the log, verified before it is given. Error LOG_FORKED when the log contradicts what was signed of it.',
    args: {
      treeSize: t.arg({
        type: 'SafeInt',
        description:
          'In the tree of how many entries: from the entry’s sequence to the log’s size. Default: a checkpoint that counts the entry, signed now if there is none.',
      }),
    },
    resolve: (entry, { treeSize }, { load }) =>
      load.proof.load({ entry, treeSize: treeSize ?? null }),
  }),
}));

builder.objectFields(Organization, (t) => ({
  auditCheckpoint: t.field({
    type: AuditCheckpoint,
    description:
      'The checkpoint of all entries that the log has now, signed for this if need be. Needs auditLog:read. Error LOG_FORKED when the log contradicts what was signed of it.',
    complexity: 20,
    resolve: ({ id }, _args, { load }) => load.checkpoint.load(id as OrganizationId),
  }),
  auditConsistency: t.field({
    type: ConsistencyProof,
    description:
      'The proof that the log of `to` entries begins with that of `from`: what two checkpoints are compared by. Needs auditLog:read.',
    args: {
      from: t.arg({ type: 'SafeInt', required: true, description: 'From 1 to `to`.' }),
      to: t.arg({ type: 'SafeInt', required: true, description: 'Up to the log’s size.' }),
    },
    complexity: 20,
    resolve: ({ id }, { from, to }, { session }) =>
      auditConsistency(session, id as OrganizationId, from, to),
  }),
  auditKeys: t.field({
    type: [AuditKey],
    description:
      'Every key that signs or ever signed checkpoints of the log, newest first. Needs auditLog:read.',
    resolve: ({ id }, _args, { session, signer }) =>
      auditKeys(session, signer, id as OrganizationId),
  }),
}));
