import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TrustedDocuments } from './graphql/trusted-documents.ts';

const manifest = z
  .record(z.string().min(1), z.string().min(1))
  .refine((documents) => Object.keys(documents).length > 0);

/** What a file like persisted-documents.json of GraphQL Code Generator holds; null when it is none. */
export function readTrustedDocuments(path: string): TrustedDocuments | null {
  try {
    return new Map(Object.entries(manifest.parse(JSON.parse(readFileSync(path, 'utf8')))));
  } catch {
    // Whatever is wrong with the file, the setting's rule says what it must be.
    return null;
  }
}
