// How long a target is suspended that a controller deactivates.
import type { PoolOptions } from './types.ts';

/** ms, as LoadBalancer.js 0.9.26 had it. */
const STANDARD = 60_000;

/** In ms. */
export function deactivationOf({
  targetDeactivationDuration,
}: Pick<PoolOptions, 'targetDeactivationDuration'>): number {
  return targetDeactivationDuration ?? STANDARD;
}
