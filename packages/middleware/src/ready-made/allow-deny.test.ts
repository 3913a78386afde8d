// The ready-made lists: who is on them, who is not, and what a wrong entry says.
import { expect, test } from 'vitest';
import { MiddlewareError } from '../errors.ts';
import { connectionFrom } from '../testing/fakes.ts';
import { allow, deny } from './allow-deny.ts';
import { checkedAddresses } from './checked-addresses.ts';

/** What the middleware answers; null when it admits. */
function ask(middleware: ReturnType<typeof allow>, clientAddress: string): unknown {
  const answers: unknown[] = [];
  middleware(connectionFrom(clientAddress), (reason) => answers.push(reason ?? null));
  expect(answers).toHaveLength(1);
  return answers[0];
}

test.each([
  // entry, an address that it holds, one that it does not
  ['192.0.2.7', '192.0.2.7', '192.0.2.8'],
  ['192.0.2.0/24', '192.0.2.255', '192.0.3.0'],
  ['10.0.0.0/8', '10.255.0.1', '11.0.0.0'],
  ['172.16.0.0/12', '172.31.255.255', '172.32.0.0'],
  ['192.0.2.7/32', '192.0.2.7', '192.0.2.6'],
  ['192.0.2.77/24', '192.0.2.1', '192.0.1.77'],
  ['128.0.0.0/1', '255.0.0.1', '127.255.255.255'],
  ['0.0.0.0/0', '203.0.113.9', '2001:db8::1'],
  ['2001:db8::7', '2001:db8::7', '2001:db8::8'],
  ['2001:DB8:0:0::7', '2001:db8::7', '2001:db8::8'],
  ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::'],
  ['2001:db8:0:fff0::/60', '2001:db8:0:ffff::1', '2001:db8:0:ffef::1'],
  ['2001:db8::/33', '2001:db8:7fff::', '2001:db8:8000::'],
  ['fe80::/10', 'febf::1', 'fec0::1'],
  ['::1/128', '::1', '::2'],
  ['::/0', '2001:db8::1', '192.0.2.1'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.8'],
  ['::ffff:c000:207', '192.0.2.7', '192.0.2.8'],
  ['::ffff:192.0.2.0/120', '192.0.2.255', '192.0.3.0'],
  ['::ffff:0:0/96', '203.0.113.9', '2001:db8::1'],
  ['192.0.2.0/24', '::ffff:192.0.2.9', '::ffff:192.0.3.9'],
])('%s holds %s, but not %s', (entry, inside, outside) => {
  expect(ask(allow([entry]), inside)).toBeNull();
  expect(ask(allow([entry]), outside)).toBe(`${outside} is not on the list of allowed addresses`);
  expect(ask(deny([entry]), inside)).toBe(`${inside} is on the list of denied addresses`);
  expect(ask(deny([entry]), outside)).toBeNull();
});

test('each entry of a list counts', () => {
  const list = ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32'];
  for (const address of ['192.0.2.7', '10.1.2.3', '2001:db8::1']) {
    expect(ask(allow(list), address)).toBeNull();
    expect(ask(deny(list), address)).toContain(address);
  }
  expect(ask(allow(list), '192.0.2.8')).toContain('192.0.2.8');
});

test('an empty list of allowed addresses blocks everybody, and one of denied addresses nobody', () => {
  for (const address of ['192.0.2.1', '2001:db8::1']) {
    expect(ask(allow([]), address)).toContain(address);
    expect(ask(deny([]), address)).toBeNull();
  }
});

test('the list is read when the middleware is made', () => {
  const list = ['192.0.2.7'];
  const middleware = deny(list);
  list.push('192.0.2.8');
  expect(ask(middleware, '192.0.2.7')).toContain('192.0.2.7');
  expect(ask(middleware, '192.0.2.8')).toBeNull();
});

test('the client is judged by clientAddress, not by remoteAddress', () => {
  const connection = { ...connectionFrom('192.0.2.7'), remoteAddress: '::ffff:198.51.100.20' };
  const answers: unknown[] = [];
  allow(['192.0.2.7'])(connection, (reason) => answers.push(reason));
  expect(answers).toEqual([undefined]);
});

test('a client whose address is no address is blocked by both', () => {
  expect(ask(allow(['0.0.0.0/0', '::/0']), 'unknown')).toContain('unknown');
  expect(ask(deny([]), 'unknown')).toBe('unknown is not an IP address');
});

test.each([
  ['', 'neither IPv4 nor IPv6'],
  ['localhost', 'neither IPv4 nor IPv6'],
  ['192.0.2', 'neither IPv4 nor IPv6'],
  ['192.0.2.256', 'neither IPv4 nor IPv6'],
  [' 192.0.2.1', 'neither IPv4 nor IPv6'],
  ['192.0.2.1:80', 'neither IPv4 nor IPv6'],
  ['2001:db8:::1', 'neither IPv4 nor IPv6'],
  ['/24', 'neither IPv4 nor IPv6'],
  ['192.0.2.0/33', 'from 0 to 32'],
  ['192.0.2.0/', 'from 0 to 32'],
  ['192.0.2.0/-1', 'from 0 to 32'],
  ['192.0.2.0/2.5', 'from 0 to 32'],
  ['192.0.2.0/024', 'from 0 to 32'],
  ['192.0.2.0/255.255.255.0', 'from 0 to 32'],
  ['192.0.2.0/24/24', 'from 0 to 32'],
  ['2001:db8::/129', 'from 0 to 128'],
  ['fe80::1%eth0', 'zone'],
])('the entry %j is an error that names it, its place and its fault', (entry, fault) => {
  for (const [name, make] of Object.entries({ allow, deny })) {
    const error = errorOf(() => make(['192.0.2.1', entry, '192.0.2.3']));
    expect(error).toBeInstanceOf(MiddlewareError);
    expect(error).toMatchObject({ code: 'ADDRESS_LIST_INVALID' });
    expect(String(error)).toContain(`${name}: entry 2 of 3, ${JSON.stringify(entry)}, cannot be used: `);
    expect(String(error)).toContain(fault);
    expect(String(error)).toContain('192.0.2.0/24');
  }
});

test.each([[undefined], [7], [null], [{}]])('the entry %o is an error', (entry) => {
  const error = errorOf(() => allow([entry as unknown as string]));
  expect(error).toMatchObject({ code: 'ADDRESS_LIST_INVALID' });
  expect(String(error)).toContain(`allow: entry 1 of 1, ${String(entry)}, cannot be used: it is not text`);
});

test.each([['192.0.2.0/24'], [undefined]])('a list that is %o, not an array, is an error', (list) => {
  const error = errorOf(() => deny(list as unknown as string[]));
  expect(error).toMatchObject({ code: 'ADDRESS_LIST_INVALID' });
  expect(String(error)).toContain('deny: the list has to be an array');
});

test('ranges of every length agree with the arithmetic, in both families', () => {
  for (const [bits, base] of [
    [32, 0xc0a8_55aan],
    [128, 0x2001_0db8_55aa_55aa_0123_4567_89ab_cdefn],
  ] as const) {
    for (let prefix = 0; prefix <= bits; prefix += 1) {
      const list = checkedAddresses('test', [`${addressText(base, bits)}/${prefix}`]);
      expect(list.has(addressText(base, bits))).toBe(true);
      if (prefix > 0) expect(list.has(addressText(base ^ (1n << BigInt(bits - prefix)), bits))).toBe(false);
      if (prefix < bits) expect(list.has(addressText(base ^ (1n << BigInt(bits - prefix - 1)), bits))).toBe(true);
    }
  }
});

function addressText(value: bigint, bits: 32 | 128): string {
  const step = bits === 32 ? 8 : 16;
  const parts = Array.from({ length: bits / step }, (_, index) => {
    const part = (value >> BigInt(bits - step * (index + 1))) & ((1n << BigInt(step)) - 1n);
    return part.toString(bits === 32 ? 10 : 16);
  });
  return parts.join(bits === 32 ? '.' : ':');
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
