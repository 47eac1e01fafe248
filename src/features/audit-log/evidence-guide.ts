import type { Checkpoint } from '../checkpoint/checkpoint.ts';

const KINDS = {
  WHOLE: `
                      An entry that retention removed has only its leaf and "prunedSequence".`,
  SELECTION: `
                      "leafIndex" and "proof" lead from the leaf to the root (RFC 6962).`,
};

/** The README.txt of a pack, for whoever is to judge it. */
export const guideText = ({ origin, size }: Checkpoint, kind: 'WHOLE' | 'SELECTION'): string => `\
EVIDENCE FROM AN AUDIT LOG
==========================

Log:        ${origin}
Checkpoint: ${size} entries
Contents:   ${kind === 'WHOLE' ? 'the whole log up to the checkpoint' : 'some entries, each with a proof of its place in the log'}

HOW TO VERIFY IT
----------------
1. Get the verifier key of this log from somebody you trust, in some other way than with this pack:
   from the organization in writing, from an earlier audit, from a witness. It is one line that
   begins with ${origin}+. Compare it with keys.txt; do not take it from there.
2. Get the verifier in some other way too, if you can: the one in here is for convenience.
3. Verify. Nothing of this needs a network:
     node orgtrail-verify.mjs PACK.zip --key 'KEY'         (Node 20 or newer)
   or open orgtrail-verify.html in a browser, paste the key and drop the zip.
4. Keep checkpoint.txt. Give it with --previous at the next audit: nothing that it covers can then
   have changed unnoticed.

The verdict, and the exit code: sound (0), tampered (1, with the first bad entry), incomplete (2),
unusable (3, also when no key was given).

WHAT IS IN HERE
---------------
entries.ndjson        One entry a line: "body" is what the log's tree commits to, "actor" and
                      "content" what body's hashes of the same names stand for, "actorSalt" and
                      "contentSalt" what was hashed before them. null where a person was erased;
                      the entry is still proved. "leaf" is SHA-256(0x00 || body). An entry whose
                      body itself held an address that was erased has "erasedSequence" and leaf.${KINDS[kind]}
entries.csv           The same entries as a table, for reading.
checkpoint.txt        How many entries the log had and their root, signed (C2SP tlog-checkpoint).
consistency.json      If asked for: the proof that an earlier checkpoint's log is the beginning of
                      this one.
keys.txt              The keys that the log says are its own.
manifest.json         What was asked for, counts, and the SHA-256 of every other file.
manifest.note         The signature of manifest.json.
orgtrail-verify.mjs   The verifier for Node, orgtrail-verify.html the one for browsers.

WHAT IT PROVES, AND WHAT NOT
----------------------------
It proves that each entry here was in the log when the checkpoint was signed, in this order and with
these contents${kind === 'WHOLE' ? ', and that none is missing' : ''}. It does not prove that what an entry tells is true, nor${kind === 'WHOLE' ? '' : '\nthat no other entry matches the filter, nor'} that the
holder of the signing key did not keep a second log: that shows only when two checkpoints of the same
log are compared, so keep them.
`;
