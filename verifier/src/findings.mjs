/** What a verification comes to, the gravest first, and the exit code that says it. */
export const EXIT_CODES = { sound: 0, tampered: 1, incomplete: 2, unusable: 3 };

/** Most findings that are kept; the first ones say where it began. */
const MOST_FINDINGS = 20;

/** Raised for input that cannot be judged, or whose form alone already judges it. */
export class Refusal extends Error {
  /** @param {'tampered' | 'incomplete' | 'unusable'} verdict @param {string} message */
  constructor(verdict, message) {
    super(message);
    this.name = 'Refusal';
    this.verdict = verdict;
  }
}

/** What was found to be wrong, in the order in which it was met. */
export class Findings {
  constructor() {
    /** @type {{verdict: 'tampered' | 'incomplete' | 'unusable', sequence: number | null, message: string}[]} */
    this.list = [];
    this.count = 0;
    /** @type {number | null} the lowest sequence that was tampered with */
    this.firstBadSequence = null;
    this.verdicts = new Set();
  }

  /** @param {string} message @param {number | null} [sequence] */
  tampered(message, sequence = null) {
    if (sequence !== null && (this.firstBadSequence ?? sequence) >= sequence) {
      this.firstBadSequence = sequence;
    }
    this.#add('tampered', message, sequence);
  }

  /** @param {string} message @param {number | null} [sequence] */
  incomplete(message, sequence = null) {
    this.#add('incomplete', message, sequence);
  }

  /** @param {string} message */
  unusable(message) {
    this.#add('unusable', message, null);
  }

  #add(verdict, message, sequence) {
    this.count += 1;
    this.verdicts.add(verdict);
    if (this.list.length < MOST_FINDINGS) this.list.push({ verdict, sequence, message });
  }

  /** Tampering outweighs a lack, and a lack outweighs what could not be checked. */
  get verdict() {
    for (const verdict of ['tampered', 'incomplete', 'unusable']) {
      if (this.verdicts.has(verdict)) return verdict;
    }
    return 'sound';
  }
}
