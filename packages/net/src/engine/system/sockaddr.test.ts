import { describe, expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { AF_INET, AF_INET6, AF_UNIX, type Libc, loadLibc, SOCK_CLOEXEC, SOCK_STREAM } from './libc.ts';
import { encodeEndpoint, encodeSockaddr, socketAddress } from './sockaddr.ts';

const libc = loadLibc() as Libc;

describe('an address', () => {
  it.each(['127.0.0.1', '127.255.0.254', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1'])(
    '%s is the same to the kernel',
    (host) => {
      const fd = libc.socket(host.includes(':') ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC);
      later(() => libc.close(fd));
      libc.bind(fd, encodeSockaddr(host, 0));
      const bound = socketAddress(libc.getsockname(fd));
      expect(bound).toEqual({ host, port: expect.any(Number) });
      expect(socketAddress(encodeSockaddr(host, 12_345))).toEqual({ host, port: 12_345 });
    },
  );

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6'],
    ['1::', '1::'],
    ['::192.0.2.1', '::c000:201'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::FFFF:C000:201', '::ffff:192.0.2.1'],
    ['0:0:0:80:0:ffff:c000:201', '::80:0:ffff:c000:201'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is read back as %s', (host, plain) => {
    expect(socketAddress(encodeSockaddr(host, 65_535))).toEqual({ host: plain, port: 65_535 });
  });

  it('of one link names its interface', () => {
    const address = encodeSockaddr('fe80::1%7', 80);
    expect([address.length, address.readUInt32LE(24)]).toEqual([28, 7]);
    expect(encodeSockaddr('fe80::1%lo', 80)).toHaveLength(28);
    expect(encodeSockaddr('::1', 80).readUInt32LE(24)).toBe(0);
  });
});

describe('an endpoint', () => {
  it('is an address and a port', () => {
    expect(encodeEndpoint({ host: '127.0.0.1', port: 80 })).toEqual(encodeSockaddr('127.0.0.1', 80));
    expect(encodeEndpoint({ host: '::1', port: 80 }).readUInt16LE(0)).toBe(AF_INET6);
  });

  it('may be a path', () => {
    const address = encodeEndpoint({ path: '/run/app.sock' });
    expect(address.readUInt16LE(0)).toBe(AF_UNIX);
    expect(address.subarray(2).toString()).toBe('/run/app.sock\0');
  });
});
