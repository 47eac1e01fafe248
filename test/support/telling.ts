import type { SqlValue } from '../../src/database/database.ts';
import type { Session } from '../../src/ledger/session.ts';

/** A statement that was asked. */
export interface Asked {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** The same session, which tells what it asks of the reading door. */
export const telling = (session: Session, asked: Asked[]): Session => ({
  ...session,
  select: (text, values) => {
    asked.push({ text, values });
    return session.select(text, values);
  },
});
