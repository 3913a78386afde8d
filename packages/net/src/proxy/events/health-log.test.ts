import { DEFAULT_HASH_KEY, DecidingHealth, TargetPool, type TargetRecord } from '@lb/core';
import { expect, it } from 'vitest';
import { FakeLog } from '../../testing/fake-log.ts';
import { logHealth } from './health-log.ts';

it.each([
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['OWN_ADDRESS', 'its name leads to this balancer itself (OWN_ADDRESS)'],
])('says why a target is suspended: %s', (reason, words) => {
  const log = new FakeLog();
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets([{ host: 'app.test', port: 80 }]);
  const [target] = pool.targets as [TargetRecord];
  const health = new DecidingHealth({
    suspension: 1_000,
    onHealth: (changed, before, why) => logHealth(log, changed, before, why, { targetDeactivationDuration: 1_000 }),
  });
  health.suspend(target, 0, reason);
  expect(log.lines).toEqual([`warn: target app.test:80 is suspended until it answers: ${words}`]);
  expect(log.details).toEqual([{ target: 'app.test:80', reason }]);
});
