// How long targets are skipped, as the options of a pool say. In the process that decides on their health.
import type { HealthRules } from '@lb/core';
import { deactivationOf } from '../options/deactivation.ts';
import type { PoolOptions } from '../options/index.ts';

/** ms from the suspension of a target to its first probe, where the config says nothing. */
const FIRST_PROBE = 1_000;

export function healthRules(options: Pick<PoolOptions, 'targetDeactivationDuration' | 'transparent'>): HealthRules {
  return {
    suspension: options.targetDeactivationDuration ?? FIRST_PROBE,
    deactivation: deactivationOf(options),
    // A firewall of the targets may reject a client by its address: that is no fault of the target.
    confirms: options.transparent,
  };
}
