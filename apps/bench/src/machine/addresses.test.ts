import { expect, it } from 'vitest';
import { clientAddress, targetHosts } from './addresses.ts';

it('gives each client an address of its own', () => {
  expect(clientAddress(0)).toBe('127.16.0.0');
  expect(clientAddress(259)).toBe('127.16.1.3');
  expect(clientAddress(0x3f_ffff)).toBe('127.79.255.255');
  expect(clientAddress(0x40_0000)).toBe('127.16.0.0');
});

it('gives each target one', () => {
  expect(targetHosts(200).at(-1)).toBe('127.0.2.200');
  expect(new Set(targetHosts(200)).size).toBe(200);
});
