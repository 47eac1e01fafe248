import { readConfig } from '../config.ts';
import { openSigner } from '../features/checkpoint/signer.ts';
import type { EvidenceRequest } from './export.ts';

/** A pack of evidence signed by the configured keys, or those in the data folder. */
export const evidenceRequest = (previousSize: number | null): EvidenceRequest => ({
  signer: openSigner(readConfig()),
  previousSize,
});
