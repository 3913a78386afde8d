// Addresses in all their spellings, and client keys as they come in practice.
import fc from 'fast-check';
import { clientKey } from '../address/client-key.ts';

export const arbitraryGroups = (): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });

export const arbitraryIpv4 = (): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });

/** The eight groups of an IPv4-mapped address. */
export function mappedGroups(octets: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  return [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d];
}

/** One spelling out of the many that RFC 4291 allows: any run of zeros cut or none, leading zeros, either case, dotted, a zone. */
export function arbitrarySpelling(groups: readonly number[]): fc.Arbitrary<string> {
  return fc
    .record({
      upper: fc.boolean(),
      padded: fc.boolean(),
      dotted: fc.boolean(),
      zone: fc.constantFrom('', '%eth0', '%5'),
      start: fc.nat({ max: 8 }),
      length: fc.nat({ max: 8 }),
    })
    .map(({ upper, padded, dotted, zone, start, length }) => {
      const texts = groups.map((group) => group.toString(16).padStart(padded ? 4 : 1, '0'));
      let end = start;
      while (end < start + length && groups[end] === 0) end += 1;
      const cut = end > start;
      if (dotted && !(cut && end > 6)) {
        const [high = 0, low = 0] = groups.slice(6);
        texts.splice(6, 2, `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`);
      }
      const text = cut ? `${texts.slice(0, start).join(':')}::${texts.slice(end).join(':')}` : texts.join(':');
      return (upper ? text.toUpperCase() : text) + zone;
    });
}

/** Client keys in sequence, as one network has them: 10.0.0.0 and the following. */
export function sequentialIpv4(count: number): string[] {
  return Array.from({ length: count }, (_, n) => clientKey(`10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`));
}

/** Client keys of homes in sequence, a /64 each. */
export function sequentialIpv6(count: number): string[] {
  return Array.from({ length: count }, (_, n) =>
    clientKey(`2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::7`),
  );
}
