/**
 * SHA-256 (FIPS 180-4) for where no faster one answers at once: a browser's own answers by promises
 * only, one for each of millions of hashes.
 */
const primes = [];
for (let n = 2; primes.length < 64; n++)
  if (primes.every((prime) => n % prime !== 0)) primes.push(n);

/** The first 32 bits behind the point. */
const fraction = (value) => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;

const CONSTANTS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

function compress(state, bytes, offset) {
  for (let n = 0; n < 16; n++) {
    const at = offset + 4 * n;
    words[n] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let n = 16; n < 64; n++) {
    const x = words[n - 15];
    const y = words[n - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[n] = (words[n - 16] + low + words[n - 7] + high) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let n = 0; n < 64; n++) {
    const turnE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + turnE + ((e & f) ^ (~e & g)) + CONSTANTS[n] + words[n]) | 0;
    const turnA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (turnA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  // Additions to an Int32Array are modulo 2^32.
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

const DIGITS_OF = Array.from({ length: 65_536 }, (_, n) => n.toString(16).padStart(4, '0'));

function hexOfState(state) {
  let text = '';
  for (let n = 0; n < 8; n++) text += DIGITS_OF[state[n] >>> 16] + DIGITS_OF[state[n] & 0xffff];
  return text;
}

/** A hash that is fed in parts. */
export class Sha256 {
  constructor() {
    this.state = Int32Array.from(START);
    this.block = new Uint8Array(64);
    this.held = 0;
    this.length = 0;
  }

  /** @param {Uint8Array} bytes */
  update(bytes) {
    let at = 0;
    this.length += bytes.length;
    if (this.held > 0) {
      at = Math.min(64 - this.held, bytes.length);
      this.block.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < 64) return this;
      compress(this.state, this.block, 0);
      this.held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) compress(this.state, bytes, at);
    for (this.held = 0; at < bytes.length; at++) this.block[this.held++] = bytes[at];
    return this;
  }

  /** In hex; ends the hash. */
  digest() {
    const { block, state } = this;
    block[this.held] = 0x80;
    block.fill(0, this.held + 1);
    if (this.held >= 56) {
      compress(state, block, 0);
      block.fill(0);
    }
    new DataView(block.buffer).setBigUint64(56, 8n * BigInt(this.length));
    compress(state, block, 0);
    return hexOfState(state);
  }
}
