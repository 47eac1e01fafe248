import { nodeHasher } from '../../verifier/src/node-platform.mjs';
import { keyOf } from '../../verifier/src/note.mjs';
import { verify } from '../../verifier/src/verify.mjs';
import type { PackFiles } from './evidence-log.ts';

/** What the verifier is told beside the pack. */
export interface Trusted {
  readonly keys?: readonly { readonly vkey: string }[];
  readonly previous?: string;
  readonly organization?: string;
}

/** Files in memory as the verifier takes them. */
const packIn = (files: Record<string, string | Uint8Array>, isBare: boolean) => ({
  names: Object.keys(files),
  isBare,
  file: async (name: string) => {
    const content = files[name];
    if (content === undefined) return null;
    const bytes = Buffer.from(content);
    return {
      size: bytes.length,
      async *open() {
        yield bytes;
      },
    };
  },
});

/** The verifier's judgement of a pack in memory. */
export const judged = (
  files: PackFiles | Record<string, string | Uint8Array>,
  { keys = [], previous, organization }: Trusted = {},
) =>
  verify(nodeHasher, async () => packIn(files, files['manifest.json'] === undefined), {
    keys: keys.map(({ vkey }) => keyOf(nodeHasher, vkey)),
    previous: previous ?? null,
    organization: organization ?? null,
  });
