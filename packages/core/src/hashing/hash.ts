// The keyed hash that clients and targets are ranked by: SipHash-2-4. Changing it moves every client in the world.
// Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.
// 64-bit words are pairs of 32-bit halves: BigInt would allocate at every step.

/** A 64-bit hash value in two unsigned 32-bit halves. */
export interface Hash {
  readonly high: number;
  readonly low: number;
}

/** A 128-bit key: two 64-bit words, little-endian as in the paper. */
export interface HashKey {
  readonly k0: Hash;
  readonly k1: Hash;
}

/** The key in use when no seed is configured. A constant, so that machines agree without being told. */
export const DEFAULT_HASH_KEY: HashKey = {
  k0: { high: 0x07060504, low: 0x03020100 },
  k1: { high: 0x0f0e0d0c, low: 0x0b0a0908 },
};

/** The key that a seed stands for; the seed may be any text. The same seed gives the same key everywhere. */
export function hashKeyFromSeed(seed: string): HashKey {
  return { k0: hashText(DEFAULT_HASH_KEY, `0:${seed}`), k1: hashText(DEFAULT_HASH_KEY, `1:${seed}`) };
}

/** SipHash-2-4 of a text's UTF-8 bytes. */
export function hashText(key: HashKey, text: string): Hash {
  return hashBytes(key, utf8(text));
}

/** SipHash-2-4 of some bytes. */
export function hashBytes(key: HashKey, bytes: ArrayLike<number>): Hash {
  const state = new Int32Array([
    key.k0.high ^ 0x736f6d65,
    key.k0.low ^ 0x70736575,
    key.k1.high ^ 0x646f7261,
    key.k1.low ^ 0x6e646f6d,
    key.k0.high ^ 0x6c796765,
    key.k0.low ^ 0x6e657261,
    key.k1.high ^ 0x74656462,
    key.k1.low ^ 0x79746573,
  ]);
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) absorb(state, word(bytes, at + 4), word(bytes, at));
  absorb(state, word(bytes, whole + 4) | ((bytes.length & 255) << 24), word(bytes, whole));
  state[5] = at(state, 5) ^ 0xff;
  for (let i = 0; i < 4; i += 1) round(state);
  return {
    high: (at(state, 0) ^ at(state, 2) ^ at(state, 4) ^ at(state, 6)) >>> 0,
    low: (at(state, 1) ^ at(state, 3) ^ at(state, 5) ^ at(state, 7)) >>> 0,
  };
}

/** Four bytes as a little-endian word; bytes past the end count as 0. */
function word(bytes: ArrayLike<number>, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function at(state: Int32Array, index: number): number {
  return state[index] as number;
}

function absorb(state: Int32Array, high: number, low: number): void {
  state[6] = at(state, 6) ^ high;
  state[7] = at(state, 7) ^ low;
  round(state);
  round(state);
  state[0] = at(state, 0) ^ high;
  state[1] = at(state, 1) ^ low;
}

/** One SipRound over v0..v3, which stand as high and low halves at 0..7. */
function round(state: Int32Array): void {
  add(state, 0, 2);
  rotateXor(state, 2, 13, 0);
  swapHalves(state, 0);
  add(state, 4, 6);
  rotateXor(state, 6, 16, 4);
  add(state, 0, 6);
  rotateXor(state, 6, 21, 0);
  add(state, 4, 2);
  rotateXor(state, 2, 17, 4);
  swapHalves(state, 4);
}

function add(state: Int32Array, to: number, from: number): void {
  const low = (at(state, to + 1) >>> 0) + (at(state, from + 1) >>> 0);
  state[to + 1] = low;
  state[to] = at(state, to) + at(state, from) + (low > 0xffffffff ? 1 : 0);
}

/** `word = rotateLeft(word, bits) ^ other`, for 0 < bits < 32. */
function rotateXor(state: Int32Array, index: number, bits: number, other: number): void {
  const high = at(state, index);
  const low = at(state, index + 1);
  state[index] = ((high << bits) | (low >>> (32 - bits))) ^ at(state, other);
  state[index + 1] = ((low << bits) | (high >>> (32 - bits))) ^ at(state, other + 1);
}

/** Rotation by 32 bits. */
function swapHalves(state: Int32Array, index: number): void {
  const high = at(state, index);
  state[index] = at(state, index + 1);
  state[index + 1] = high;
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    const code = (point & 0xfffff800) === 0xd800 ? 0xfffd : point; // half a surrogate pair, as TextEncoder has it
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
