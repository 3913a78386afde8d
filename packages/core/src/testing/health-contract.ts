// What every `TargetHealth` must do, whether it decides or reports.
import { describe, expect, it } from 'vitest';
import type { TargetHealth } from '../targets/target-health.ts';
import { poolOf, targetOf } from './targets.ts';

/** @param make makes one that believes what fails a client */
export function describeHealth(name: string, make: () => TargetHealth): void {
  describe(`the health ${name}`, () => {
    const setUp = () => ({ health: make(), a: targetOf(poolOf('a'), 'a') });

    it('skips a target that failed', () => {
      const { health, a } = setUp();
      health.report(a, 0, 'failed', 5);
      expect([a.suspended, a.available, a.active]).toEqual([true, false, false]);
    });

    it('skips a target that a controller deactivates', () => {
      const { health, a } = setUp();
      health.deactivate(a, 0);
      expect([a.suspended, a.available, a.active]).toEqual([true, false, false]);
    });

    it('takes no notice of news of another version', () => {
      const { health, a } = setUp();
      health.report(a, 1, 'failed', 0);
      expect(a.available).toBe(true);
      health.deactivate(a, 0);
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

    it('leaves a suspended target that fails once more as it is', () => {
      const { health, a } = setUp();
      health.report(a, 0, 'failed', 0);
      const before = a.health;
      health.report(a, before.version, 'failed', 50);
      expect(a.health).toBe(before);
    });
  });
}
