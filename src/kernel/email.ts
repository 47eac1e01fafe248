/** Most characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets). */
export const EMAIL_CHARACTERS = 254;

/**
 * The form of an address that is stored and compared: trimmed, lower-cased, NFC.
 * Doing it twice changes nothing.
 */
export const normalizeEmail = (text: string): string =>
  // Lower-casing can bring forth letters that compose, hence NFC on both sides of it.
  text.trim().normalize('NFC').toLowerCase().normalize('NFC');

/** Unquoted; wider than RFC 5322 only where real mailboxes are (dots anywhere, letters of any script). */
const LOCAL = /^[^\s\p{C}@<>()[\]\\,;:"]+$/u;
/** At most 63 characters of letters, digits, marks, hyphens and underscores; no hyphen at the ends. */
const LABEL = /^(?!-)[\p{L}\p{N}\p{M}_-]{1,63}(?<!-)$/u;

/**
 * Why an address is refused, or null. Takes people's, service accounts' and internationalised
 * addresses; the domain may be a single label. Quoted local parts and address literals are refused.
 */
export function emailProblem(text: string): string | null {
  const email = normalizeEmail(text);
  if (email.length > EMAIL_CHARACTERS) return `Must have at most ${EMAIL_CHARACTERS} characters.`;
  const at = email.indexOf('@');
  const domain = email.slice(at + 1);
  const wellFormed =
    at > 0 &&
    LOCAL.test(email.slice(0, at)) &&
    domain.split('.').every((label) => LABEL.test(label));
  return wellFormed ? null : 'Must be an email address, such as ada@example.com.';
}
