import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryGroups, arbitraryIpv4, arbitrarySpelling, mappedGroups } from '../testing/addresses.ts';
import { ipv4Text, ipv6Text, parseIpv4, parseIpv6, plainAddress } from './address.ts';

/** Text that is nearly an address: pieces of addresses in any order, and a control character whose low bits are a digit's. */
const nearlyAddress = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.constantFrom('::', ':', '.', '0', '1', '00', 'fF', 'abcd', '12345', 'g', '\u0011', '1.2.3.4', '256', '09'),
      {
        maxLength: 18,
        size: 'max',
      },
    )
    .map((pieces) => pieces.join(''));

const anySpelling = (): fc.Arbitrary<{ groups: number[]; text: string }> =>
  fc
    .oneof(arbitraryGroups(), arbitraryIpv4().map(mappedGroups))
    .chain((groups) => arbitrarySpelling(groups).map((text) => ({ groups, text })));

describe('parsing', () => {
  it('takes for addresses what Node takes for addresses', () => {
    fc.assert(
      fc.property(nearlyAddress(), (text) => {
        expect(parseIpv4(text) !== undefined).toBe(isIPv4(text));
        expect(parseIpv6(text) !== undefined).toBe(isIPv6(text));
      }),
      {
        numRuns: 5000,
        examples: [
          [''],
          ['::'],
          ['1.2.3.4::'],
          ['::1.2.3.4:1'],
          ['1:2:3:4:5:6:7::'],
          ['1:2:3:4:5:6:1.2.3.4'],
          ['1.2.3.'],
          ['1:2:3:4:5:6:7:8::'],
          ['::1:2:3:4:5:6:7:8'],
          ['1:2:3:4::5:6:7:8'],
          ['1:2:3:4:5:6:7:1.2.3.4'],
          ['1:2:3:4:5:6:7:8:9'],
        ],
      },
    );
  });

  it('reads every spelling as the same groups', () => {
    fc.assert(
      fc.property(anySpelling(), ({ groups, text }) => {
        const [address = ''] = text.split('%');
        expect(isIPv6(address), address).toBe(true);
        expect(parseIpv6(address)).toEqual(groups);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), arbitraryGroups(), (value, groups) => {
        expect(parseIpv4(ipv4Text(value))).toBe(value);
        expect(parseIpv6(ipv6Text(groups))).toEqual(groups);
      }),
      { numRuns: 500 },
    );
  });
});

describe('ipv6Text', () => {
  it('writes as the WHATWG URL standard does, which follows RFC 5952', () => {
    fc.assert(
      fc.property(arbitraryGroups(), (groups) => {
        const full = groups.map((group) => group.toString(16)).join(':');
        expect(`[${ipv6Text(groups)}]`).toBe(new URL(`http://[${full}]`).hostname);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('plainAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['0000:0000:0000:0000:0000:ffff:c000:0201', '192.0.2.1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
    ['::ffff:255.255.255.255', '255.255.255.255'],
    ['::ffff:0:0', '0.0.0.0'],
    ['::ffff:0:192.0.2.1', '::ffff:0:c000:201'],
    ['::192.0.2.1', '::c000:201'],
    ['1::ffff:192.0.2.1', '1::ffff:c000:201'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:0db8:0000:0000:0000:0000:0000:000a', '2001:db8::a'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6::', '1:2:3:4:5:6::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
  ])('writes %s as %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it.each([
    '',
    'localhost',
    'App.Example',
    '/run/app.sock',
    '/run/a:b%c.sock',
    ':',
    ':::',
    '1::2::3',
    '::ffff:192.0.2.256',
    '::ffff:192.0.2',
    '::ffff:192.0.02.1',
    '::ffff:1.2.3.4.5',
    '192.0.2.1::',
    '192.0.2.1:80',
    '[::1]',
    '1:2:3:4:5:6:7:8:9',
    '2001:DB8::G',
  ])('leaves %j as it is, which is no address', (text) => {
    expect(plainAddress(text)).toBe(text);
  });

  it('leaves a plain address as it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anySpelling().map(({ text }) => text),
          nearlyAddress(),
          fc.string(),
        ),
        (address) => {
          expect(plainAddress(plainAddress(address))).toBe(plainAddress(address));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
