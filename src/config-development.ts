import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { KeySource } from './features/identity/token.ts';

/** A configuration that can verify tokens. */
export type ReadyConfig = Config & { readonly keySource: KeySource };

/**
 * The configuration with a secret to verify by: the configured one, or in development mode
 * the one in the data folder, made there (mode 0600) the first time and used again after.
 */
export function withKeySource(config: Config): ReadyConfig {
  const keySource = config.keySource ?? {
    kind: 'secret',
    secret: developmentSecret(config.dataDir),
  };
  return { ...config, keySource };
}

function developmentSecret(dataDir: string): string {
  const file = join(dataDir, 'development-secret');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    // Written apart and linked whole: two processes starting at once agree on one secret.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(48).toString('base64url'), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(draft);
    }
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (Buffer.byteLength(secret) < 32) throw new Error(`${file} is too short: delete it.`);
  return secret;
}
