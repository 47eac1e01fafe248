import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Refusal } from './findings.mjs';
import { barePack, packAt } from './node-pack.mjs';
import { asRefusal, nodeHasher } from './node-platform.mjs';
import { keyOf, keysOf } from './note.mjs';
import { reportLines } from './report.mjs';
import { verify } from './verify.mjs';

const HELP = `Verifies an audit log that Orgtrail exported. Needs no network and no server.

  node orgtrail-verify.mjs PACK --key KEY
  node orgtrail-verify.mjs ENTRIES.ndjson --checkpoint FILE --key KEY

PACK is the zip that was exported with evidence, or the folder it was unpacked to.

  --key KEY            a verifier key (name+hash+base64) that you were told by somebody you trust,
                       never one that came with the pack; may be given several times
  --keys FILE          a file of such keys, one a line
  --previous FILE      a checkpoint that you kept from earlier: the log must have grown from it
  --organization ID    whose log it has to be
  --checkpoint FILE    the checkpoint, when the entries were given without a pack
  --json               print the result as JSON
  --help               print this

Exit code: 0 sound, 1 tampered (the first bad entry is named), 2 incomplete, 3 unusable. Without a
key the best result is 3: whoever altered a log can sign it with a key of their own.
`;

const OPTIONS = {
  key: { type: 'string', multiple: true, default: [] },
  keys: { type: 'string', multiple: true, default: [] },
  previous: { type: 'string' },
  organization: { type: 'string' },
  checkpoint: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Runs the command line. @param {string[]} words @returns {Promise<number>} the exit code */
export async function main(words) {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      options: OPTIONS,
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length !== 1) throw new Refusal('unusable', 'Give one pack; see --help.');
    const result = await verify(
      nodeHasher,
      openerOf(positionals[0], values),
      trustedOf(values),
      progress(),
    );
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const lines = values.json ? [JSON.stringify(result, null, 2)] : reportLines(result);
    process.stdout.write(`${lines.map(printable).join('\n')}\n`);
    return result.exitCode;
  } catch (error) {
    process.stderr.write(`UNUSABLE: ${printable(asRefusal(error).message)}\n`);
    return 3;
  }
}

const openerOf = (location, { checkpoint }) =>
  checkpoint === undefined ? () => packAt(location) : async () => barePack(location, checkpoint);

const trustedOf = ({ key, keys, previous, organization }) => ({
  keys: [
    ...key.map((text) => keyOf(nodeHasher, text)),
    ...keys.flatMap((file) => keysOf(nodeHasher, readFileSync(file, 'utf8'))),
  ],
  previous: previous === undefined ? null : readFileSync(previous, 'utf8'),
  organization: organization ?? null,
});

function progress() {
  if (!process.stderr.isTTY) return undefined;
  let shown = -1;
  return (done, whole) => {
    const percent = Math.floor((100 * done) / Math.max(1, whole));
    if (percent !== shown) process.stderr.write(`\r${percent} %`);
    shown = percent;
  };
}

/** What a pack says must not command a terminal. */
const printable = (text) =>
  text.replace(/[^\P{C}\n]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
