import { SignJWT } from 'jose';
import { SUBJECT } from './record-setting.ts';

/** What the measured servers check tokens with. */
export const SECRET = 'a secret of this benchmark, more than 32 bytes';

/** A token of the person whom the benchmark speaks as. */
export const benchToken = (): Promise<string> =>
  new SignJWT({ email: 'bench@example.com', name: 'Bench' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(SUBJECT)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
