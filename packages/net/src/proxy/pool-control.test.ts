import { DEFAULT_HASH_KEY, DecidingHealth, TargetPool } from '@lb/core';
import { expect, it } from 'vitest';
import { resolveOptions, splitOptions } from '../options/index.ts';
import { PoolControl } from './pool-control.ts';

it.each([
  [undefined, 60_000],
  [5_000, 5_000],
])('shows a controller the time of 0.9.26 where targetDeactivationDuration is %s', (given, shown) => {
  const targets = [{ host: '127.0.0.1', port: 8000 }];
  const { options } = resolveOptions({ sourcePort: 0, targets, targetDeactivationDuration: given });
  const control = new PoolControl({
    pool: new TargetPool(DEFAULT_HASH_KEY),
    health: new DecidingHealth({ suspension: 1 }),
    options: () => splitOptions(options),
    onTargets: () => {},
  });
  expect(control.settings().targetDeactivationDuration).toBe(shown);
});
