/** Text that is being written, of which some parts may be known later. */
export class Pieces {
  #before: (string | Promise<string>)[] | null = null;
  #text = '';

  add(text: string): void {
    this.#text += text;
  }

  /** Leaves room for what is known later. */
  addLater(text: Promise<string>): void {
    // Whoever waits for the whole meets its failure, and nobody does when another part failed before.
    text.catch(() => undefined);
    this.#before ??= [];
    this.#before.push(this.#text, text);
    this.#text = '';
  }

  /** All of it. */
  whole(): string | Promise<string> {
    const last = this.#text;
    if (this.#before === null) return last;
    return Promise.all(this.#before).then(
      (texts) => texts.reduce((text, one) => text + one) + last,
    );
  }
}

/** What JSON escapes, and what may be half of a pair: all but spaces, signs and letters. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** A string as JSON; most need no escaping. */
export const quoted = (text: string): string =>
  ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
