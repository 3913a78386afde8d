import { describe, expect, it } from 'vitest';
import { isOwnAddress, localAddresses } from './own-address.ts';

const local = ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7', 'fe80::7'];
const isOwn = (address: string, sourceHost: string) => isOwnAddress(address, 80, sourceHost, 80, local);

describe('isOwnAddress', () => {
  it.each([
    ['::', ['localhost', 'LocalHost.', '127.0.0.1', '127.8.9.1', '::1', '0.0.0.0', '::', '192.0.2.7', '2001:DB8:0::7']],
    ['::', ['::ffff:127.0.0.1', '::ffff:192.0.2.7', 'fe80::7%eth0']],
    ['0.0.0.0', ['localhost', '127.0.0.1', '127.8.9.1', '0.0.0.0', '192.0.2.7', '::ffff:192.0.2.7']],
    ['127.0.0.1', ['localhost', '127.0.0.1', '0.0.0.0']],
    ['::1', ['localhost', '::1', '::']],
    ['192.0.2.7', ['192.0.2.7']],
    ['198.51.100.1', ['198.51.100.1']],
  ])('a balancer on %s is reached by %j', (sourceHost, addresses) => {
    for (const address of addresses) expect(isOwn(address, sourceHost), address).toBe(true);
  });

  it.each([
    ['::', ['192.0.2.8', '2001:db8::8', 'app', 'localhost.example']],
    ['0.0.0.0', ['::1', '2001:db8::7', '192.0.2.8']],
    ['127.0.0.1', ['127.0.0.2', '192.0.2.7', '::1']],
    ['192.0.2.7', ['localhost', '127.0.0.1', '0.0.0.0', '2001:db8::7']],
  ])('a balancer on %s is not reached by %j', (sourceHost, addresses) => {
    for (const address of addresses) expect(isOwn(address, sourceHost), address).toBe(false);
  });

  it('needs the same port, and one that is known', () => {
    expect(isOwnAddress('localhost', 8000, '::', 80, local)).toBe(false);
    expect(isOwnAddress('localhost', 0, '::', 0, local)).toBe(false);
  });
});

it('knows the addresses of this machine', () => {
  expect(localAddresses()).toContain('127.0.0.1');
});
