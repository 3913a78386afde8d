import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryGroups, arbitraryIpv4, arbitrarySpelling, mappedGroups } from '../testing/addresses.ts';
import { ipv6Text } from './address.ts';
import { clientKey, DEFAULT_CLIENT_KEY_PREFIX } from './client-key.ts';

const ipv4 = (ipv4Prefix: number) => ({ ipv4Prefix, ipv6Prefix: 64 });
const ipv6 = (ipv6Prefix: number) => ({ ipv4Prefix: 32, ipv6Prefix });
const ONES = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/** The first `length` bits of groups of `size` bits, as text of 0 and 1. */
function leadingBits(groups: readonly number[], size: number, length: number): string {
  return groups
    .map((group) => group.toString(2).padStart(size, '0'))
    .join('')
    .slice(0, length);
}

/** The groups with one of their bits turned. */
function turned(groups: readonly number[], size: number, bit: number): number[] {
  return groups.map((group, index) =>
    index === Math.floor(bit / size) ? group ^ (1 << (size - 1 - (bit % size))) : group,
  );
}

const octetsText = (octets: readonly number[]): string => octets.join('.');
const isMapped = (groups: readonly number[]): boolean => /^(0,){5}65535,/.test(groups.join());

describe('clientKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['/run/client.sock', '/run/client.sock'],
    ['/run/a:b.sock', '/run/a:b.sock'],
    ['', ''],
    ['no address', 'no address'],
    ['::ffff:192.0.2.999', '::ffff:192.0.2.999'],
  ])('of %j is %j', (address, key) => {
    expect(clientKey(address)).toBe(key);
    expect(clientKey(address, DEFAULT_CLIENT_KEY_PREFIX)).toBe(key);
  });

  it.each([
    ['255.255.255.255', 1, '128.0.0.0/1'],
    ['127.255.255.255', 1, '0.0.0.0/1'],
    ['192.0.2.255', 24, '192.0.2.0/24'],
    ['::ffff:192.0.2.255', 24, '192.0.2.0/24'],
    ['255.255.255.255', 31, '255.255.255.254/31'],
    ['255.255.255.255', 32, '255.255.255.255'],
    ['/run/client.sock', 24, '/run/client.sock'],
    ['192.0.2.256', 24, '192.0.2.256'],
  ])('of %s cut to %i bits is %s', (address, prefix, key) => {
    expect(clientKey(address, ipv4(prefix))).toBe(key);
  });

  it.each([
    [ONES, 1, '8000::/1'],
    [ONES, 16, 'ffff::/16'],
    [ONES, 17, 'ffff:8000::/17'],
    [ONES, 31, 'ffff:fffe::/31'],
    [ONES, 32, 'ffff:ffff::/32'],
    [ONES, 33, 'ffff:ffff:8000::/33'],
    [ONES, 63, 'ffff:ffff:ffff:fffe::/63'],
    [ONES, 64, 'ffff:ffff:ffff:ffff::/64'],
    [ONES, 65, 'ffff:ffff:ffff:ffff:8000::/65'],
    [ONES, 127, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127'],
    [ONES, 128, ONES],
    ['7fff::', 1, '::/1'],
    ['2001:DB8::1%eth0', 128, '2001:db8::1'],
  ])('of %s cut to %i bits is %s', (address, prefix, key) => {
    expect(clientKey(address, ipv6(prefix))).toBe(key);
  });

  it('is the same for all spellings of an address, at any prefix', () => {
    const spellings = fc
      .oneof(arbitraryGroups(), arbitraryIpv4().map(mappedGroups))
      .chain((groups) => fc.tuple(arbitrarySpelling(groups), arbitrarySpelling(groups)));
    const prefix = fc.record({
      ipv4Prefix: fc.integer({ min: 1, max: 32 }),
      ipv6Prefix: fc.integer({ min: 1, max: 128 }),
    });
    fc.assert(
      fc.property(spellings, prefix, ([one, other], bits) => {
        expect(clientKey(one, bits)).toBe(clientKey(other, bits));
      }),
      { numRuns: 1000 },
    );
  });

  it('of a mapped address is that of the IPv4 address', () => {
    const address = arbitraryIpv4().chain((octets) =>
      fc.tuple(fc.constant(octets), arbitrarySpelling(mappedGroups(octets))),
    );
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 32 }), ([octets, mapped], bits) => {
        expect(clientKey(mapped, ipv4(bits))).toBe(clientKey(octetsText(octets), ipv4(bits)));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for IPv4 addresses of the same prefix, and for no others', () => {
    const bit = fc.nat({ max: 31 });
    fc.assert(
      fc.property(arbitraryIpv4(), fc.integer({ min: 1, max: 32 }), bit, (octets, bits, changed) => {
        const other = turned(octets, 8, changed);
        const same = leadingBits(octets, 8, bits) === leadingBits(other, 8, bits);
        expect(same).toBe(changed >= bits);
        expect(clientKey(octetsText(octets), ipv4(bits)) === clientKey(octetsText(other), ipv4(bits))).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same for IPv6 addresses of the same prefix, and for no others', () => {
    const unmapped = arbitraryGroups().filter((groups) => !isMapped(groups));
    fc.assert(
      fc.property(unmapped, fc.integer({ min: 1, max: 128 }), fc.nat({ max: 127 }), (groups, bits, changed) => {
        const other = turned(groups, 16, changed);
        fc.pre(!isMapped(other));
        const equal = clientKey(ipv6Text(groups), ipv6(bits)) === clientKey(ipv6Text(other), ipv6(bits));
        expect(equal).toBe(changed >= bits);
      }),
      { numRuns: 1000 },
    );
  });
});
