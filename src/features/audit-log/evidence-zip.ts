import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of a zip, whose bytes are made when its turn comes. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** What the verifier expects of every file, so that no byte of a zip says anything of its own. */
const SAME_FOR_ALL = {
  mtime: new Date(1980, 0, 1),
  forceDosTimestamp: true,
  mode: 0o100644,
} as const;

/**
 * The bytes of a zip of these files, in their order; memory is bounded, and giving up the result
 * gives up the file that is being made.
 */
export async function* zipped(members: readonly ZipMember[]): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  let current: Readable | null = null;
  for (const { name, bytes } of members) {
    zip.addReadStreamLazy(name, SAME_FOR_ALL, (give) => {
      current = Readable.from(bytes(), { objectMode: false });
      // The library does not watch its sources.
      current.on('error', (error) => output.destroy(error));
      give(null, current);
    });
  }
  zip.end();
  try {
    yield* output;
  } finally {
    output.destroy();
    (current as Readable | null)?.destroy();
  }
}
