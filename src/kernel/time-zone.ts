import { nearest } from './nearest.ts';

/** IANA names and their aliases; not the offsets such as `+01:00` that Intl takes as well. */
const NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;

/**
 * Why a text is not the name of a time zone (IANA, aliases such as `Asia/Calcutta` included), or
 * null. Says which name was probably meant.
 */
export function timeZoneProblem(name: string): string | null {
  const zone = NAME.test(name) ? resolve(name) : null;
  if (zone !== null && (zone === name || zone.toLowerCase() !== name.toLowerCase())) return null;
  const meant = zone ?? nearest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `Must be an IANA time zone, such as Europe/Berlin or UTC.${hint}`;
}

/** The zone an alias stands for, in its proper case; null when there is none of that name. */
function resolve(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
