import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTilePath, tilePath } from '../src/features/checkpoint/tile-bytes.ts';
import { appendLeaves } from '../src/ledger/merkle.ts';
import { perfectRoot } from '../src/ledger/tree.ts';
import { dataOf, startServer, tokenOf } from './support/client.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';

const { as, query, send } = await startServer();
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Tiled' });
const EVENT = { scope: 'COST', action: 'test.done' };
await record(
  ada,
  id,
  Array.from({ length: 599 }, () => EVENT),
);

const fetchFile = async (path: string, name = 'ada'): Promise<Response> =>
  send({ headers: { authorization: `Bearer ${await tokenOf(name)}` } }, `/tlog/${id}/${path}`);
const bytesOf = async (path: string): Promise<Uint8Array> => {
  const response = await fetchFile(path);
  expect([path, response.status]).toEqual([path, 200]);
  return new Uint8Array(await response.arrayBuffer());
};
const hashesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));

describe('a log as files', () => {
  test('has tiles from which a reader makes the root that the checkpoint signs', async () => {
    const checkpoint = await fetchFile('checkpoint');
    expect(checkpoint.headers.get('content-type')).toContain('text/plain');
    const [origin, size, root] = (await checkpoint.text()).split('\n');
    expect([origin, size]).toEqual([`localhost:4000/${id}`, '600']);
    const tiles = ['tile/0/000', 'tile/0/001', 'tile/0/002.p/88'].map(bytesOf);
    const leaves = (await Promise.all(tiles)).flatMap(hashesOf);
    expect(leaves).toHaveLength(600);
    const tree = appendLeaves(new Uint8Array(0), 0, leaves);
    expect(Buffer.from(tree.root).toString('base64')).toBe(root);
    const above = hashesOf(await bytesOf('tile/1/000.p/2'));
    const full = [leaves.slice(0, 256), leaves.slice(256, 512)].map(perfectRoot);
    expect(above.map(hexOf)).toEqual(full.map(hexOf));
  });

  test('says what may be kept for ever, and only by the reader', async () => {
    const tile = await fetchFile('tile/0/000');
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    expect(tile.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect((await fetchFile('checkpoint')).headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    'tile/0/002',
    'tile/0/002.p/89',
    'tile/0/002.p/0',
    'tile/0/000.p/256',
    'tile/0/2',
    'tile/0/x000/000',
    'tile/00/000',
    'tile/1/000.p/3',
    'tile/64/000',
    'tile/entries/000',
    'tile/0/000/',
    'nothing',
    '',
  ])('has no %s', async (path) => {
    expect((await fetchFile(path)).status).toBe(404);
  });

  test('is for those who may read it: others are not told that it exists', async () => {
    await addMember(query, as, id, 'member', 'MEMBER');
    expect((await fetchFile('checkpoint', 'member')).status).toBe(403);
    dataOf(await as('stranger')('{ viewer { type } }'));
    for (const path of ['checkpoint', 'tile/0/000']) {
      expect((await fetchFile(path, 'stranger')).status).toBe(404);
    }
    expect((await send({}, `/tlog/${id}/checkpoint`)).status).toBe(401);
    const posted = await send({ method: 'POST' }, `/tlog/${id}/checkpoint`);
    expect(posted.status).toBe(405);
  });
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('a tile’s path is as C2SP writes it, and is read back', () => {
  const cut = { layer: 2, index: 1_234_067, width: 9 };
  expect(tilePath(cut)).toBe('tile/2/x001/x234/067.p/9');
  fc.assert(
    fc.property(
      fc.record({ layer: fc.nat(63), index: fc.nat(), width: fc.integer({ min: 1, max: 256 }) }),
      (place) => {
        expect(readTilePath(tilePath(place))).toEqual(place);
      },
    ),
  );
});
