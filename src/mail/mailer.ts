/** A mail of plain text to one person. */
export interface Mail {
  /** A checked address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
}

/** Hands a mail over; resolves when it was taken, and rejects when it was not. */
export type Mailer = (mail: Mail) => Promise<void>;
