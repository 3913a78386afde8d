import { describe, expect, it } from 'vitest';
import { describeHealth } from '../testing/health-contract.ts';
import { poolOf, targetOf } from '../testing/targets.ts';
import { DecidingHealth } from './deciding-health.ts';

describeHealth('of a process that decides', () => new DecidingHealth({ suspension: 100 }));

/** A target whose health changes as it is told, and what has been told of it. */
function setUp({ confirms = false } = {}) {
  const told: unknown[] = [];
  const health = new DecidingHealth({
    suspension: 100,
    deactivation: 500,
    confirms,
    onHealth: ({ health: { state } }, before, reason) => told.push([`${before.state} to ${state}`, reason]),
    onDoubt: (target, reason) => told.push([`doubts ${target.id}`, reason]),
  });
  return { health, told, a: targetOf(poolOf('a'), 'a') };
}

describe('health that is decided here', () => {
  it('is told once for each change', () => {
    const { health, told, a } = setUp();
    health.restore(a);
    health.suspend(a, 0, 'refused');
    health.suspend(a, 50, 'refused');
    expect(a.health).toMatchObject({ cause: 'failed', until: 150 });
    health.deactivate(a, 60, 'asked for');
    health.deactivate(a, 70, 'asked for');
    expect(a.health).toMatchObject({ cause: 'deactivated', until: 570 });
    health.restore(a);
    health.restore(a);
    expect(told).toEqual([
      ['healthy to suspended', 'refused'],
      ['suspended to suspended', 'refused'],
      ['suspended to suspended', 'asked for'],
      ['suspended to suspended', 'asked for'],
      ['suspended to healthy', undefined],
    ]);
  });

  it('has another version after each change', () => {
    const { health, a } = setUp();
    const versions = [a.health.version];
    for (const change of [() => health.suspend(a, 0), () => health.deactivate(a, 1), () => health.restore(a)]) {
      change();
      versions.push(a.health.version);
    }
    expect(new Set(versions).size).toBe(4);
    health.restore(a);
    expect(a.health.version).toBe(versions[3]);
  });

  it('suspends for as long as its rules say by then', () => {
    const { health, a } = setUp();
    health.rules = { suspension: 200 };
    health.report(a, 0, 'failed', 10);
    expect(a.health).toMatchObject({ until: 210 });
    health.deactivate(a, 20);
    expect(a.health).toMatchObject({ until: 220 });
  });

  it('is restored by one who has reached the target, unless a controller asked for its suspension', () => {
    const { health, a } = setUp();
    const reached = (now: number) => health.report(a, a.health.version, 'reached', now);
    health.suspend(a, 0);
    reached(5);
    expect(a.suspended).toBe(false);
    health.deactivate(a, 10);
    reached(1_000);
    expect(a.suspended).toBe(true);
    health.take(a, { source: 'time', outcome: 'reached', version: a.health.version }, 510);
    expect(a.suspended).toBe(false);
  });

  it('is doubted after a client’s failure, and believed after a probe’s, where failures are confirmed', () => {
    const { health, told, a } = setUp({ confirms: true });
    health.report(a, 0, 'failed', 0, 'refused');
    expect(a.suspended).toBe(false);
    health.take(a, { source: 'probe', version: 0, outcome: 'failed', reason: 'refused' }, 5);
    expect(a.suspended).toBe(true);
    expect(told).toEqual([
      ['doubts a:80', 'refused'],
      ['healthy to suspended', 'refused'],
    ]);
  });

  it('leaves a target that is back to whoever judges', () => {
    const { health, a } = setUp();
    health.suspend(a, 0);
    expect(health.judge(a, { source: 'probe', version: a.health.version, outcome: 'reached' }, 1)).toBe('restore');
    expect(a.suspended).toBe(true);
  });
});
