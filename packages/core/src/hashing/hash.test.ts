import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../testing/hex.ts';
import { sipHash24 } from '../testing/siphash-reference.ts';
import { DEFAULT_HASH_KEY, hashBytes, hashKeyFromSeed, hashText } from './hash.ts';

const KEY = Array.from({ length: 16 }, (_, i) => i);
const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** The value of the message 00 01 02 ... under the key 00 01 ... 0f, for each length from 0 to 63. Frozen: see the README. */
const VECTORS = `
  726fdb47dd0e0e31 74f839c593dc67fd 0d6c8009d9a94f5a 85676696d7fb7e2d
  cf2794e0277187b7 18765564cd99a68d cbc9466e58fee3ce ab0200f58b01d137
  93f5f5799a932462 9e0082df0ba9e4b0 7a5dbbc594ddb9f3 f4b32f46226bada7
  751e8fbc860ee5fb 14ea5627c0843d90 f723ca908e7af2ee a129ca6149be45e5
  3f2acc7f57c29bdb 699ae9f52cbe4794 4bc1b3f0968dd39c bb6dc91da77961bd
  bed65cf21aa2ee98 d0f2cbb02e3b67c7 93536795e3a33e88 a80c038ccd5ccec8
  b8ad50c6f649af94 bce192de8a85b8ea 17d835b85bbb15f3 2f2e6163076bcfad
  de4daaaca71dc9a5 a6a2506687956571 ad87a3535c49ef28 32d892fad841c342
  7127512f72f27cce a7f32346f95978e3 12e0b01abb051238 15e034d40fa197ae
  314dffbe0815a3b4 027990f029623981 cadcd4e59ef40c4d 9abfd8766a33735c
  0e3ea96b5304a7d0 ad0c42d6fc585992 187306c89bc215a9 d4a60abcf3792b95
  f935451de4f21df2 a9538f0419755787 db9acddff56ca510 d06c98cd5c0975eb
  e612a3cb9ecba951 c766e62cfcadaf96 ee64435a9752fe72 a192d576b245165a
  0a8787bf8ecb74b2 81b3e73d20b49b6f 7fa8220ba3b2ecea 245731c13ca42499
  b78dbfaf3a8d83bd ea1ad565322a1a0b 60e61c23a3795013 6606d7e446282b93
  6ca4ecb15c5f91e1 9f626da15c9625f3 e51b38608ef25f57 958a324ceb064572
`
  .trim()
  .split(/\s+/);

/** Values of texts under the default key. Frozen. */
const TEXTS: [text: string, value: string][] = [
  ['', '726fdb47dd0e0e31'],
  ['a', '2ba3e8e9a71148ca'],
  ['192.0.2.1', 'fda00dcb8236dbc5'],
  ['2001:db8::/64', '461747faecd95344'],
  ['127.0.0.1:8000', '358acc1f0ca32f2e'],
  ['[::1]:8000', 'bf9e29896b5de360'],
  ['unix:/run/app.sock', 'dc2fa6d152737b61'],
  ['Zürich', 'dd2232666a12d30c'],
  ['東京', 'ecb5a352d7c1f6ef'],
  ['😀 mixed ß', '90fe33ee44959d75'],
  ['\ud800', 'b9983c482c6ee147'],
];

/** Keys of seeds, their words k0 and k1. Frozen. */
const SEEDS: [seed: string, k0: string, k1: string][] = [
  ['', '4481e6f2fa93dc6b', '9b068bff0dc6946c'],
  ['1', '38eaf574345777d0', 'ce50de2d05dddd66'],
  ['correct horse battery staple', '1643115c710f43e8', 'c53dc550a7cdb0ee'],
  ['Zürich', '5b7de5ddca5f0b75', 'b8013d6098d02ea8'],
];

const arbitraryWord = fc.record({
  high: fc.integer({ min: 0, max: 0xffffffff }),
  low: fc.integer({ min: 0, max: 0xffffffff }),
});
const bytesOf = (word: { high: number; low: number }): number[] =>
  [word.low, word.high].flatMap((half) => [half & 255, (half >>> 8) & 255, (half >>> 16) & 255, half >>> 24]);

describe('hashBytes', () => {
  it("gives the paper's value for the paper's message (appendix A)", () => {
    expect(hex(hashBytes(DEFAULT_HASH_KEY, upTo(15)))).toBe('a129ca6149be45e5');
    expect(sipHash24(KEY, upTo(15))).toBe(0xa129ca6149be45e5n);
  });

  it('gives the frozen values for all lengths from 0 to 63', () => {
    expect(VECTORS).toHaveLength(64);
    expect(VECTORS.map((_, length) => hex(hashBytes(DEFAULT_HASH_KEY, upTo(length))))).toEqual(VECTORS);
    expect(VECTORS.map((_, length) => sipHash24(KEY, upTo(length)).toString(16).padStart(16, '0'))).toEqual(VECTORS);
  });

  it('agrees with the reference for any key and any bytes', () => {
    fc.assert(
      fc.property(arbitraryWord, arbitraryWord, fc.uint8Array({ maxLength: 600, size: 'max' }), (k0, k1, bytes) => {
        const expected = sipHash24([...bytesOf(k0), ...bytesOf(k1)], [...bytes]);
        expect(hex(hashBytes({ k0, k1 }, bytes))).toBe(expected.toString(16).padStart(16, '0'));
      }),
      { numRuns: 100 },
    );
  });

  it('gives halves that are unsigned', () => {
    const halves = VECTORS.flatMap((_, length) => Object.values(hashBytes(DEFAULT_HASH_KEY, upTo(length))));
    expect(Math.min(...halves)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...halves)).toBeGreaterThan(0x7fffffff);
  });
});

describe('hashText', () => {
  it.each(TEXTS)('gives the frozen value of %j', (text, value) => {
    expect(hex(hashText(DEFAULT_HASH_KEY, text))).toBe(value);
  });

  it('hashes the UTF-8 bytes of any text, half surrogate pairs included, as TextEncoder gives them', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
      fc.array(fc.constantFrom('\ud83d', '\ude00', 'x', '\ue000', '\ud7ff')).map((units) => units.join('')),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(hashText(DEFAULT_HASH_KEY, text)).toEqual(hashBytes(DEFAULT_HASH_KEY, bytes));
      }),
      { numRuns: 200 },
    );
  });
});

describe('hashKeyFromSeed', () => {
  it.each(SEEDS)('gives the frozen key of %j', (seed, k0, k1) => {
    const key = hashKeyFromSeed(seed);
    expect([hex(key.k0), hex(key.k1)]).toEqual([k0, k1]);
  });

  it('gives a key under which the same text has another value', () => {
    const values = ['1', '2', '3'].map((seed) => hex(hashText(hashKeyFromSeed(seed), 'x')));
    expect(new Set([...values, hex(hashText(DEFAULT_HASH_KEY, 'x'))]).size).toBe(4);
  });
});
