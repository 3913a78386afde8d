// What every `TargetHealth` must do, whether it decides or reports.
import { describe, expect, it } from 'vitest';
import type { TargetHealth } from '../targets/target-health.ts';
import { poolOf, targetOf } from './targets.ts';

/** @param make makes one with a suspension of 100 ms */
export function describeHealth(name: string, make: () => TargetHealth): void {
  describe(`the health ${name}`, () => {
    const setUp = () => ({ health: make(), a: targetOf(poolOf('a'), 'a') });

    it('skips a target that failed, for as long as is configured by then', () => {
      const { health, a } = setUp();
      health.report(a, 0, 'failed', 5);
      expect([a.suspended, a.available, a.suspendedUntil]).toEqual([true, false, 105]);
      health.suspension = 200;
      health.suspend(a, 10);
      expect(a.suspendedUntil).toBe(210);
    });

    it('takes no notice of news of another version', () => {
      const { health, a } = setUp();
      health.report(a, 1, 'failed', 0);
      expect(a.available).toBe(true);
      health.suspend(a, 0);
      const before = a.health;
      health.report(a, before.version + 1, 'reached', 1);
      expect(a.health).toBe(before);
    });

    it('leaves a healthy target that was reached as it is', () => {
      const { health, a } = setUp();
      const before = a.health;
      health.report(a, before.version, 'reached', 0);
      expect(a.health).toBe(before);
    });

    it('ends a trial when the target fails', () => {
      const { health, a } = setUp();
      a.health = { state: 'onTrial', version: 1, until: 0, trialUntil: 100 };
      health.report(a, 1, 'failed', 50);
      expect(a.health).toMatchObject({ state: 'suspended', until: 150 });
    });
  });
}
