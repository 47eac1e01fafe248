/** The bytes of base64 text (RFC 4648, section 4, with padding and nothing else), or null. */
export function bytesOfBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  // Bits that no byte takes must be zero: else several texts would say the same.
  return btoa(binary) === text ? Uint8Array.from(binary, (one) => one.charCodeAt(0)) : null;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @param {Iterable<number>} bytes */
export const hexOf = (bytes) => Array.from(bytes, (byte) => DIGITS[byte]).join('');

/** @param {readonly ArrayLike<number>[]} parts */
export function concatenated(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
