import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('crc32c', () => {
  it.each([
    ['nothing', new Uint8Array(), 0],
    ['the digits from 1 to 9', Buffer.from('123456789'), 0xe3069283],
    // RFC 3720, appendix B.4
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['32 ascending', ascending, 0x46dd794e],
    ['32 descending', ascending.toReversed(), 0x113fdb5c],
  ])('knows the checksum of %s', (_, bytes, checksum) => {
    expect(crc32c(bytes).toString(16)).toBe(checksum.toString(16));
  });

  it('goes on where it stopped', () => {
    for (let cut = 0; cut <= ascending.length; cut += 1) {
      expect(crc32c(ascending.subarray(cut), crc32c(ascending.subarray(0, cut)))).toBe(0x46dd794e);
    }
  });
});
