// The version of the PROXY protocol header that a target expects.
import type { TargetOptions } from '@lb/core';
import type { PoolOptions } from './types.ts';

/** @returns `undefined` for a target that expects none */
export function sentProxyVersion(
  target: TargetOptions,
  { proxyProtocol }: Pick<PoolOptions, 'proxyProtocol'>,
): 'v1' | 'v2' | undefined {
  const version = ownVersion(target) ?? proxyProtocol;
  return version === 'off' ? undefined : version;
}

/** What the target's own options say. Core carries them along. */
function ownVersion(target: TargetOptions): 'v1' | 'v2' | 'off' | undefined {
  if (!('proxyProtocol' in target)) return undefined;
  const { proxyProtocol: version } = target;
  return version === 'v1' || version === 'v2' || version === 'off' ? version : undefined;
}
