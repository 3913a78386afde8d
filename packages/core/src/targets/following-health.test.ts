import { describe, expect, it } from 'vitest';
import { describeHealth } from '../testing/health-contract.ts';
import { poolOf, targetOf } from '../testing/targets.ts';
import { FollowingHealth } from './following-health.ts';

describeHealth('of a process that follows another', () => new FollowingHealth(() => {}));

/** A target, and what has been reported of it. */
function setUp({ confirms = false } = {}) {
  const reported: string[] = [];
  const health = new FollowingHealth(({ id }, outcome, reason) => {
    reported.push(`${outcome} ${id} ${reason ?? ''}`.trim());
  }, confirms);
  const pool = poolOf('ab');
  const a = targetOf(pool, 'a');
  const report = (outcome: 'reached' | 'failed', now: number) => health.report(a, a.health.version, outcome, now);
  return { health, reported, pool, a, report };
}

describe('health that another process decides on', () => {
  it('is reported once while the target is skipped', () => {
    const { reported, report } = setUp();
    report('failed', 0);
    report('failed', 50);
    report('failed', 1_000_000);
    expect(reported).toEqual(['failed a:80']);
  });

  it('is reported with its reason', () => {
    const { health, reported, a } = setUp();
    health.report(a, 0, 'failed', 0, 'refused');
    expect(reported).toEqual(['failed a:80 refused']);
  });

  it('keeps its version until there is another decision', () => {
    const { health, a, report } = setUp();
    report('failed', 0);
    expect(a.health.version).toBe(0);
    health.follow(a, 1, true);
    expect([a.health.version, a.suspended]).toEqual([1, true]);
    health.follow(a, 2, false);
    expect([a.health.version, a.suspended]).toEqual([2, false]);
  });

  it('is not restored here, and says once for each suspension that a target was reached', () => {
    const { health, reported, a, report } = setUp();
    health.follow(a, 1, true);
    report('reached', 10);
    report('reached', 20);
    expect([a.suspended, reported]).toEqual([true, ['reached a:80']]);
    health.follow(a, 2, true);
    report('reached', 30);
    expect(reported).toEqual(['reached a:80', 'reached a:80']);
  });
});

describe('health that another process confirms', () => {
  it('is kept after a failure, which is reported once a second', () => {
    const { reported, a, report } = setUp({ confirms: true });
    for (const now of [0, 500, 999, 1_000, 1_500]) report('failed', now);
    expect([a.available, reported]).toEqual([true, ['failed a:80', 'failed a:80']]);
  });

  it('is reported for each target by itself', () => {
    const { health, reported, pool, report } = setUp({ confirms: true });
    report('failed', 0);
    health.report(targetOf(pool, 'b'), 0, 'failed', 1);
    expect(reported).toEqual(['failed a:80', 'failed b:80']);
  });

  it('is healthy again when that begins, unless the suspension was decided on', () => {
    const { health, pool, a, report } = setUp();
    const b = targetOf(pool, 'b');
    report('failed', 0);
    health.follow(b, 1, true);
    health.configure(true, pool.targets);
    expect([a.health, b.suspended]).toEqual([{ state: 'healthy', version: 0 }, true]);
    report('failed', 10);
    expect(a.available).toBe(true);
    health.configure(false, pool.targets);
    report('failed', 20);
    health.configure(false, pool.targets);
    expect(a.available).toBe(false);
  });
});
