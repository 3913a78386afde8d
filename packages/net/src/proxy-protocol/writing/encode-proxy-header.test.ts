import { describe, expect, it } from 'vitest';
import type { ProxyAddress, ProxyEndpoints } from '../proxy-header.ts';
import { encodeProxyHeader } from './encode-proxy-header.ts';
import type { V2Extras } from './encode-v2.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const ipv4 = { source: { host: '192.168.0.1', port: 56_324 }, destination: { host: '192.168.0.11', port: 443 } };
const unnamed = { path: '' };
const app = { path: '/run/app.sock' };

describe('version 1', () => {
  const line = (source: ProxyAddress, destination: ProxyAddress): string =>
    encodeProxyHeader('v1', { source, destination }).toString('latin1');

  it.each([
    ['192.168.0.1', '192.168.0.11', 'PROXY TCP4 192.168.0.1 192.168.0.11 1 65535\r\n'],
    ['::ffff:192.0.2.1', '192.0.2.2', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 65535\r\n'],
    ['::ffff:192.0.2.1', '::FFFF:c000:202', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 65535\r\n'],
    ['2001:DB8::0001', '::1', 'PROXY TCP6 2001:db8::1 ::1 1 65535\r\n'],
    ['192.0.2.1', '::1', 'PROXY TCP6 ::ffff:c000:201 ::1 1 65535\r\n'],
    ['::1', '::ffff:192.0.2.1', 'PROXY TCP6 ::1 ::ffff:c000:201 1 65535\r\n'],
    ['::1:ffff:c000:201', '192.0.2.1', 'PROXY TCP6 ::1:ffff:c000:201 ::ffff:c000:201 1 65535\r\n'],
    ['fe80::1%eth0', '::1', 'PROXY TCP6 fe80::1 ::1 1 65535\r\n'],
    ['localhost', '::1', 'PROXY UNKNOWN\r\n'],
    ['', '', 'PROXY UNKNOWN\r\n'],
    ['1.2.3.4 5.6.7.8 1 2\r\n', '1.2.3.4', 'PROXY UNKNOWN\r\n'],
  ])('from %s to %s', (source, destination, text) => {
    expect(line({ host: source, port: 1 }, { host: destination, port: 65_535 })).toBe(text);
  });

  it('tells neither paths nor its own connections', () => {
    expect(line(unnamed, app)).toBe('PROXY UNKNOWN\r\n');
    expect(line(ipv4.source, app)).toBe('PROXY UNKNOWN\r\n');
    expect(encodeProxyHeader('v1', 'local').toString()).toBe('PROXY UNKNOWN\r\n');
  });
});

describe('version 2', () => {
  const hex = (about: ProxyEndpoints | 'local', extras?: V2Extras): string =>
    encodeProxyHeader('v2', about, extras).toString('hex');

  it('from IPv4 to IPv4', () => {
    expect(hex(ipv4)).toBe(`${SIGNATURE}2111000cc0a80001c0a8000bdc0401bb`);
    expect(hex({ ...ipv4, source: { host: '::ffff:192.168.0.1', port: 56_324 } })).toBe(hex(ipv4));
  });

  it('from IPv6 to IPv6, and between the families', () => {
    const [ipv6, mapped] = [`20010db8${'0'.repeat(23)}1`, '00000000000000000000ffffc0000201'];
    const [left, right] = [
      { host: '2001:db8::1', port: 258 },
      { host: '192.0.2.1', port: 772 },
    ];
    expect(hex({ source: left, destination: left })).toBe(`${SIGNATURE}21210024${ipv6}${ipv6}01020102`);
    expect(hex({ source: left, destination: right })).toBe(`${SIGNATURE}21210024${ipv6}${mapped}01020304`);
    expect(hex({ source: right, destination: left })).toBe(`${SIGNATURE}21210024${mapped}${ipv6}03040102`);
  });

  it('between paths', () => {
    const padded = Buffer.from(app.path).toString('hex').padEnd(216, '0');
    expect(hex({ source: unnamed, destination: app })).toBe(`${SIGNATURE}213100d8${'0'.repeat(216)}${padded}`);
    expect(hex({ source: app, destination: { path: 'x'.repeat(108) } })).toBe(
      `${SIGNATURE}213100d8${padded}${'78'.repeat(108)}`,
    );
  });

  it('with a unique id and a checksum', () => {
    const uniqueId = Buffer.from('cafe');
    const id = '05000463616665';
    expect(hex(ipv4, { uniqueId })).toBe(`${SIGNATURE}21110013c0a80001c0a8000bdc0401bb${id}`);
    expect(hex(ipv4, { crc32c: true })).toBe(`${SIGNATURE}21110013c0a80001c0a8000bdc0401bb0300041c1ae9c6`);
    expect(hex(ipv4, { crc32c: true, uniqueId })).toBe(
      `${SIGNATURE}2111001ac0a80001c0a8000bdc0401bb${id}030004ed825ca2`,
    );
    expect(hex(ipv4, { uniqueId: new Uint8Array(128) })).toHaveLength(2 * (28 + 3 + 128));
    expect(() => hex(ipv4, { uniqueId: new Uint8Array(129) })).toThrow(RangeError);
  });

  it.each([
    ['a connection of its own', 'local' as const],
    ['a name', { ...ipv4, source: { host: 'localhost', port: 80 } }],
    ['a path and an address', { ...ipv4, source: unnamed }],
    ['a path that is too long', { source: unnamed, destination: { path: 'x'.repeat(109) } }],
    ['a path that is too long in UTF-8', { source: unnamed, destination: { path: 'é'.repeat(55) } }],
    ['a path with a NUL in it', { source: unnamed, destination: { path: '/run/a\0b' } }],
  ])('tells nothing about %s', (_, about) => {
    expect(hex(about, { crc32c: true, uniqueId: Buffer.from('cafe') })).toBe(`${SIGNATURE}20000000`);
  });
});

it.each([-1, 65_536, 1.5, Number.NaN])('refuses %d as a port', (port) => {
  expect(() => encodeProxyHeader('v1', { ...ipv4, source: { host: '::1', port } })).toThrow(RangeError);
  expect(() => encodeProxyHeader('v2', { ...ipv4, destination: { host: '::1', port } })).toThrow(RangeError);
});
