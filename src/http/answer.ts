/** What a request is answered with: a Response, or a text that is whole and needs no stream. */
export type Answer = Response | TextAnswer;

/** An answer whose body is one text: what most are, and much cheaper to make and to send than a Response. */
export class TextAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Map<string, string>;
  readonly text: string;

  constructor(text: string, status: number, headers: Readonly<Record<string, string>>) {
    this.text = text;
    this.status = status;
    this.headers = new Map(Object.entries(headers));
    // Known beforehand, so that head and body leave at once.
    this.headers.set('content-length', String(Buffer.byteLength(text)));
  }
}

/** The same answer as a Response. */
export const asResponse = (answer: Answer): Response =>
  answer instanceof TextAnswer
    ? new Response(answer.text, { status: answer.status, headers: [...answer.headers] })
    : answer;
