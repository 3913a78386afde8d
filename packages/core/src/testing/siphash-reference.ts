// SipHash-2-4 once more, straight from the paper and with nothing shared with hash.ts: slow, and easy to check by eye.
// J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, section 2.
const MASK = (1n << 64n) - 1n;

const rotateLeft = (word: bigint, bits: bigint): bigint => ((word << bits) | (word >> (64n - bits))) & MASK;

function littleEndian(bytes: readonly number[]): bigint {
  return bytes.reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);
}

/** The 64-bit value for a key of 16 bytes. */
export function sipHash24(key: readonly number[], message: readonly number[]): bigint {
  const k0 = littleEndian(key.slice(0, 8));
  const k1 = littleEndian(key.slice(8));
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;

  const sipRound = (): void => {
    v0 = (v0 + v1) & MASK;
    v2 = (v2 + v3) & MASK;
    v1 = rotateLeft(v1, 13n) ^ v0;
    v3 = rotateLeft(v3, 16n) ^ v2;
    v0 = rotateLeft(v0, 32n);
    v2 = (v2 + v1) & MASK;
    v0 = (v0 + v3) & MASK;
    v1 = rotateLeft(v1, 17n) ^ v2;
    v3 = rotateLeft(v3, 21n) ^ v0;
    v2 = rotateLeft(v2, 32n);
  };

  const words: bigint[] = [];
  for (let at = 0; at + 8 <= message.length; at += 8) words.push(littleEndian(message.slice(at, at + 8)));
  const rest = message.slice(words.length * 8);
  words.push((BigInt(message.length & 255) << 56n) | littleEndian(rest));

  for (const word of words) {
    v3 ^= word;
    sipRound();
    sipRound();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < 4; i += 1) sipRound();
  return v0 ^ v1 ^ v2 ^ v3;
}
