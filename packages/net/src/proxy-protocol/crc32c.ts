// The checksum CRC-32C (Castagnoli), as RFC 3720, section 12.1, and RFC 4960, appendix B, define it, and nothing that uses it.

/** The Castagnoli polynomial, its bits reversed: the lowest bit of a byte comes first. */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  return rest;
});

/** @param before the checksum of the bytes in front of these: `crc32c(b, crc32c(a))` is that of `a` and `b` together */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let rest = ~before;
  for (let at = 0; at < bytes.length; at += 1) {
    rest = (rest >>> 8) ^ (TABLE[(rest ^ (bytes[at] as number)) & 255] as number);
  }
  return ~rest >>> 0;
}
