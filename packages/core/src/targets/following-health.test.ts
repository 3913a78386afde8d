import { describe, expect, it } from 'vitest';
import { describeHealth } from '../testing/health-contract.ts';
import { poolOf, targetOf } from '../testing/targets.ts';
import { FollowingHealth } from './following-health.ts';

describeHealth('of a process that follows another', () => new FollowingHealth(100, () => {}));

/** A target, and what has been reported of it. */
function setUp() {
  const reported: string[] = [];
  const health = new FollowingHealth(100, ({ id }, outcome, reason) => {
    reported.push(`${outcome} ${id} ${reason ?? ''}`.trim());
  });
  const a = targetOf(poolOf('a'), 'a');
  const report = (outcome: 'reached' | 'failed', now: number) => health.report(a, a.health.version, outcome, now);
  return { health, reported, a, report };
}

describe('health that another process decides on', () => {
  it('is reported once while the target is skipped, and skipped for longer', () => {
    const { reported, a, report } = setUp();
    report('failed', 0);
    report('failed', 50);
    expect([reported, a.suspendedUntil]).toEqual([['failed a:80'], 150]);
    report('failed', 150);
    expect(reported).toEqual(['failed a:80', 'failed a:80']);
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
    health.follow(a, 1, 70);
    expect([a.health.version, a.suspendedUntil]).toEqual([1, 70]);
    health.follow(a, 2, undefined);
    expect([a.health.version, a.suspended]).toEqual([2, false]);
  });

  it('gives a trial when one is lent, for as long as it is', () => {
    const { health, a } = setUp();
    health.lendTrial(a, 0, 100);
    expect(a.suspended).toBe(false);
    health.follow(a, 1, 100);
    expect(a.trialDue(200)).toBe(false);
    health.lendTrial(a, 200, 300);
    expect([a.trialDue(200), a.trialDue(300)]).toEqual([true, false]);
    a.beginTrial();
    health.lendTrial(a, 400, 500);
    expect(a.trialDue(400)).toBe(false); // one client at a time
    a.abandonTrial(1);
    expect(a.trialDue(400)).toBe(true);
    health.suspend(a, 400);
    expect(a.trialDue(450)).toBe(false);
  });

  it('is not restored here, and says once that a target was reached', () => {
    const { health, reported, a, report } = setUp();
    health.follow(a, 1, 100);
    report('reached', 10);
    report('reached', 20);
    expect([a.suspended, reported]).toEqual([true, ['reached a:80']]);
    health.lendTrial(a, 200, 300);
    expect(a.trialDue(200)).toBe(false);
    report('failed', 200);
    expect([a.health.state, a.suspendedUntil]).toEqual(['recovering', 300]);
    expect(reported).toEqual(['reached a:80', 'failed a:80']);
  });
});
