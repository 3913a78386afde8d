import * as os from 'node:os';
import { expect, it, vi } from 'vitest';
import { nodeEndpoint } from './node-endpoint.ts';

vi.mock('node:os', { spy: true });

it('names the interface of a zone that is a number', () => {
  const address = { address: 'fe80::7', netmask: '', mac: '', internal: false, cidr: null };
  vi.mocked(os.networkInterfaces).mockReturnValue({
    lo: [{ ...address, address: '127.0.0.1', family: 'IPv4' }],
    eth0: [
      { ...address, address: '2001:db8::7', family: 'IPv6', scopeid: 0 },
      { ...address, family: 'IPv6', scopeid: 2 },
    ],
  });
  const hostOf = (host: string) => nodeEndpoint({ host, port: 80 });
  expect(hostOf('fe80::6%2')).toEqual({ host: 'fe80::6%eth0', port: 80 });
  expect(hostOf('fe80::6%3')).toEqual({ host: 'fe80::6%3', port: 80 });
  expect(hostOf('fe80::6%eth1')).toEqual({ host: 'fe80::6%eth1', port: 80 });
  expect(hostOf('2001:db8::6')).toEqual({ host: '2001:db8::6', port: 80 });
  expect(nodeEndpoint({ path: '/run/app%2' })).toEqual({ path: '/run/app%2' });
});
