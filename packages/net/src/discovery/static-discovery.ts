// Targets that the config gives by an IP address or a path: there is nothing to look up.
import { isIP } from 'node:net';
import type { TargetOptions } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Discovery } from './discovery.ts';

/** Where a target is, if its config alone says it. */
export function staticEndpoints({ host = '', port = 0, path }: TargetOptions): readonly Endpoint[] | undefined {
  if (path !== undefined) return [{ path }];
  const address = bareHost(host);
  return isIP(address) === 0 ? undefined : [{ host: address, port }];
}

/** `[::1]` as `::1`. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

export const staticDiscovery: Discovery = {
  watch(target, onEndpoints) {
    onEndpoints(staticEndpoints(target) ?? []);
    return { close() {} };
  },
  async refresh() {},
  async renew() {},
};
