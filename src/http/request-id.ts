import { randomUUID } from 'node:crypto';
import type { Incoming } from './incoming.ts';

const SANE = /^[\w.:/+=-]{8,128}$/;

/** The caller's X-Request-Id when it is sane (8 to 128 plain characters), else a new UUID. */
export const requestIdOf = (headers: Incoming['headers']): string => {
  const given = headers.get('x-request-id');
  return given !== null && SANE.test(given) ? given : randomUUID();
};
