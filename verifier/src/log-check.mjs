import { entryProblem } from './entry.mjs';
import { claimedSequence, lineAt } from './line.mjs';
import { GrowingTree, rootOfInclusion } from './merkle.mjs';

/**
 * @typedef {object} Claim what the entries are held against
 * @property {string} organization
 * @property {number} size leaves that the checkpoint covers
 * @property {string} root of the checkpoint
 * @property {{size: number, root: string} | null} previous an earlier checkpoint
 */

/** What both checks count and share. */
class LogCheck {
  /** @param {Claim} claim @param {object} findings where to tell what is wrong */
  constructor(hasher, claim, findings) {
    this.hasher = hasher;
    this.claim = claim;
    this.findings = findings;
    this.entryCount = 0;
    this.prunedCount = 0;
    this.withoutActor = 0;
    this.withoutContent = 0;
    this.withoutBody = 0;
    this.organization = JSON.stringify(claim.organization);
  }

  /** The lines of a block, each ended by a line feed. @param {Uint8Array} given */
  block(given) {
    const { bytes, text } = this.hasher.blockOf(given);
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      this.line(lineAt(text, start, end), bytes, () => claimedSequence(text.slice(start, end)));
      start = end + 1;
    }
  }

  /**
   * What follows the last line feed: cut off where the file is too short, and altered otherwise.
   * @param {Uint8Array} given
   * @param {boolean} isCut
   */
  rest(given, isCut) {
    if (isCut) return this.findings.incomplete('the last line has no end', this.place);
    const { bytes, text } = this.hasher.blockOf(given);
    this.line(null, bytes, () => claimedSequence(text));
  }

  /** An entry's own problem, or null; a leaf alone has none. */
  problemOf(bytes, line) {
    if (line.bodyStart === undefined) return null;
    return entryProblem(this.hasher, bytes, line, this.organization);
  }

  count({ isPruned, bodyStart, actorStart, contentStart }) {
    if (isPruned) {
      this.prunedCount += 1;
      return;
    }
    this.entryCount += 1;
    if (bodyStart === undefined) this.withoutBody += 1;
    if (actorStart === null) this.withoutActor += 1;
    if (contentStart === null) this.withoutContent += 1;
  }
}

/** Every leaf from the first to the checkpoint's last, in order: together they must give its root. */
export class WholeLogCheck extends LogCheck {
  constructor(hasher, claim, findings) {
    super(hasher, claim, findings);
    this.tree = new GrowingTree((left, right) => hasher.hashPair(left, right));
    this.next = 1;
    /** Whether every line so far had its leaf in its place. */
    this.isUnbroken = true;
    /** @type {string | null} */
    this.previousRoot = null;
    /** A leaf alone that says another place than the one where it stands. */
    this.doubted = null;
  }

  /** The sequence that something wrong with the next line is to be told by. */
  get place() {
    return this.next;
  }

  line(line, bytes) {
    if (this.doubted !== null) this.#settle(line?.sequence ?? null);
    if (line === null || line.leafIndex != null) return this.#bad('the line is not an entry');
    const problem = this.problemOf(bytes, line);
    if (problem !== null) return this.#bad(problem);
    if (line.bodyStart === undefined && line.sequence !== this.next) this.doubted = line;
    else this.#place(line);
  }

  /**
   * What a leaf alone says of its place is borne out by nothing but what follows: if that stands
   * where it must, no entry is missing before the leaf, and what it says was altered.
   */
  #settle(following) {
    const line = this.doubted;
    this.doubted = null;
    if (following === this.next + 1) this.#bad('it says that it is another entry');
    else this.#place(line);
  }

  #place(line) {
    if (this.#placed(line.sequence, line.leaf)) this.count(line);
  }

  #bad(problem) {
    this.findings.tampered(problem, this.next);
    this.isUnbroken = false;
    this.next += 1;
  }

  #placed(sequence, leaf) {
    if (sequence < this.next) {
      this.findings.tampered('it stands there twice or out of order', sequence);
      this.isUnbroken = false;
      return false;
    }
    if (sequence > this.claim.size) {
      this.findings.tampered('the checkpoint does not cover it', sequence);
      return false;
    }
    if (sequence > this.next) this.#missing(this.next, sequence - 1);
    this.next = sequence + 1;
    if (this.isUnbroken) this.#append(leaf);
    return true;
  }

  #missing(first, last) {
    const which = first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
    this.findings.incomplete(`${which} missing`, first);
    this.isUnbroken = false;
  }

  #append(leaf) {
    this.tree.append(leaf);
    if (this.tree.size === this.claim.previous?.size) this.previousRoot = this.tree.root();
  }

  end() {
    const { size, root, previous } = this.claim;
    if (this.doubted !== null) this.#settle(size + 1);
    if (this.next <= size) this.#missing(this.next, size);
    if (!this.isUnbroken) return;
    const isWhole = this.tree.root() === root;
    if (previous !== null && previous.size <= size && this.previousRoot !== previous.root) {
      this.#rewritten(1, previous.size, 'the earlier checkpoint');
    } else if (!isWhole) {
      this.#rewritten(1 + (previous?.size ?? 0), size, 'the checkpoint');
    }
  }

  #rewritten(first, last, which) {
    this.findings.tampered(
      `each entry fits itself, but together they do not give the root of ${which}: one of ${first} to ${last} was replaced with its leaf`,
    );
  }
}

/** Some entries of a log, each with its own proof, in ascending order. */
export class SelectionCheck extends LogCheck {
  constructor(hasher, claim, findings) {
    super(hasher, claim, findings);
    this.last = 0;
    this.lineNumber = 0;
  }

  /** Where the next line stands is not known. */
  get place() {
    return null;
  }

  line(line, bytes, claimed) {
    this.lineNumber += 1;
    if (line === null || line.leafIndex === null) {
      return this.#bad('it is not an entry with its proof', claimed());
    }
    const problem = this.problemOf(bytes, line);
    const isProved = this.#isProved(line);
    // A leaf that is proved says where it stands, whatever became of the entry itself.
    const place = isProved ? line.leafIndex + 1 : line.sequence;
    if (problem !== null) return this.#bad(problem, place);
    if (!isProved) return this.#bad('its proof does not lead to the root of the checkpoint', place);
    if (line.sequence !== place) return this.#bad('it was moved to another place', place);
    if (place <= this.last) return this.#bad('it stands there twice or out of order', place);
    this.last = place;
    this.count(line);
  }

  #isProved({ leaf, leafIndex, proof }) {
    const pair = (left, right) => this.hasher.hashPair(left, right);
    return rootOfInclusion(pair, leaf, leafIndex, this.claim.size, proof) === this.claim.root;
  }

  #bad(problem, sequence) {
    this.findings.tampered(`line ${this.lineNumber}: ${problem}`, sequence);
  }

  end() {}
}
