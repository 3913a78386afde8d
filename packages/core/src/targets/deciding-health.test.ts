import { describe, expect, it } from 'vitest';
import { describeHealth } from '../testing/health-contract.ts';
import { poolOf, targetOf } from '../testing/targets.ts';
import { DecidingHealth } from './deciding-health.ts';

describeHealth('of a process that decides', () => new DecidingHealth({ suspension: 100 }));

/** A target whose health changes as it is told, and what has been told of it. */
function setUp() {
  const told: unknown[] = [];
  const health = new DecidingHealth({
    suspension: 100,
    onHealth: (target, ...news) => told.push([target.id, ...news]),
  });
  return { health, told, a: targetOf(poolOf('a'), 'a') };
}

describe('health that is decided here', () => {
  it('is told once for each change', () => {
    const { health, told, a } = setUp();
    health.restore(a);
    health.suspend(a, 0, 'refused');
    health.suspend(a, 50, 'refused');
    expect(a.suspendedUntil).toBe(150);
    health.restore(a);
    health.restore(a);
    expect(a.suspendedUntil).toBeUndefined();
    expect(told).toEqual([
      ['a:80', 'suspended', 'refused'],
      ['a:80', 'restored'],
    ]);
  });

  it('has another version after each change', () => {
    const { health, a } = setUp();
    const versions = [a.health.version];
    for (const change of [() => health.suspend(a, 0), () => health.suspend(a, 1), () => health.restore(a)]) {
      change();
      versions.push(a.health.version);
    }
    expect(new Set(versions).size).toBe(4);
    health.restore(a);
    expect(a.health.version).toBe(versions[3]);
  });

  it('is restored by one who has reached the target, and gives a trial without leave', () => {
    const { health, a } = setUp();
    health.suspend(a, 0);
    expect([a.trialDue(99), a.trialDue(100), a.trialDue(1e12)]).toEqual([false, true, true]);
    health.report(a, a.health.version, 'reached', 5);
    expect(a.suspended).toBe(false);
  });

  it('ends a trial with each change', () => {
    const { health, a } = setUp();
    for (const change of [() => health.suspend(a, 0), () => health.restore(a)]) {
      health.suspend(a, 0);
      a.beginTrial();
      expect(a.health.state).toBe('onTrial');
      change();
      expect(a.health.state).not.toBe('onTrial');
    }
  });
});
