/** Text of JSON, now or later. */
export type Text = string | Promise<string>;

/** The same; whoever waits for it meets its failure, and nobody does when a sibling failed before. */
export function later(text: Promise<string>): Promise<string> {
  text.catch(() => undefined);
  return text;
}

/** Text of which some parts may be known later. */
export class Pieces {
  #later: Text[] | null = null;
  #text = '';

  add(begin: string, written: Text): void {
    this.#text += begin;
    if (typeof written === 'string') {
      this.#text += written;
      return;
    }
    this.#later ??= [];
    this.#later.push(this.#text, written);
    this.#text = '';
  }

  /** All that was added, and the end. */
  closed(end: string): Text {
    const last = this.#text + end;
    return this.#later === null
      ? last
      : later(Promise.all(this.#later).then((texts) => texts.join('') + last));
  }
}

/** What JSON escapes, and what may be half of a pair: all but spaces, signs and letters. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** A string as JSON; most need no escaping. */
export const quoted = (text: string): string =>
  ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
