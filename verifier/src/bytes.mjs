/** The bytes of base64 text (RFC 4648, section 4, with padding and nothing else), or null. */
export function bytesOfBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  // Bits that no byte takes must be zero: else several texts would say the same.
  return btoa(binary) === text ? Uint8Array.from(binary, (one) => one.charCodeAt(0)) : null;
}

/** What a byte is as a hex digit of lower case; 255 when it is none. */
const VALUES = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/**
 * Reads as many bytes as the target has from their hex digits, which stand in other bytes.
 * @returns {boolean} whether all of them were digits, of lower case
 */
export function readHex(bytes, start, target) {
  let seen = 0;
  for (let n = 0; n < target.length; n++) {
    const high = VALUES[bytes[start + 2 * n]];
    const low = VALUES[bytes[start + 2 * n + 1]];
    seen |= high | low;
    target[n] = (high << 4) | low;
  }
  return seen < 16;
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
