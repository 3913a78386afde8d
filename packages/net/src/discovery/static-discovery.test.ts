import { describe, expect, it } from 'vitest';
import { discoveryContract } from '../testing/discovery-contract.ts';
import { bareHost, staticDiscovery, staticEndpoints } from './static-discovery.ts';

describe('a target with an address', () => {
  const target = { host: '[::1]', port: 80 };
  discoveryContract(() => ({ discovery: staticDiscovery, target, endpoints: [{ host: '::1', port: 80 }] }));
});

describe('a target with a path', () => {
  const target = { path: '/run/app.sock' };
  discoveryContract(() => ({ discovery: staticDiscovery, target, endpoints: [target] }));
});

it('does not know where a name leads', () => {
  expect(staticEndpoints({ host: 'app.test', port: 80 })).toBeUndefined();
});

it('takes the brackets off an IPv6 address', () => {
  expect([bareHost('[::1]'), bareHost('::1'), bareHost('app.test')]).toEqual(['::1', '::1', 'app.test']);
});
