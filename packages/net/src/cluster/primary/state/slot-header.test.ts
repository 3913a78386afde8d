import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeHeader, encodeHeader, HEADER_LENGTH } from './slot-header.ts';

const arbitraryCount = fc.nat({ max: 10 ** 15 - 1 });
const arbitraryHeader = fc.record({
  sequence: arbitraryCount,
  length: arbitraryCount,
  alive: arbitraryCount,
  digest: fc.stringMatching(/^[0-9a-f]{64}$/),
});

it('is what was encoded, in a length of its own', () => {
  fc.assert(
    fc.property(arbitraryHeader, (header) => {
      const bytes = encodeHeader(header);
      expect(bytes).toHaveLength(HEADER_LENGTH);
      expect(decodeHeader(bytes)).toEqual(header);
    }),
  );
});

it('is nothing where one bit is another one', () => {
  const bytes = encodeHeader({ sequence: 41, length: 123, alive: 1_790_000_000_000, digest: '5e'.repeat(32) });
  for (let bit = 0; bit < HEADER_LENGTH * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(decodeHeader(flipped), `bit ${bit}`).toBeUndefined();
  }
});

it('is nothing in other bytes, or in a part of it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2 * HEADER_LENGTH }), (bytes) => {
      expect(decodeHeader(bytes)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(arbitraryHeader, fc.nat({ max: HEADER_LENGTH - 1 }), (header, length) => {
      expect(decodeHeader(encodeHeader(header).subarray(0, length))).toBeUndefined();
    }),
  );
});
