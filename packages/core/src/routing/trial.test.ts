// The trial of a suspended target: one new client at a time, whose home it is, once the suspension has lasted long enough.
import { describe, expect, it } from 'vitest';
import { RandomPolicy } from '../policies/random-policy.ts';
import { connect, nameOf, setUp } from '../testing/routing.ts';
import { clientPreferring, clientsOf, health, SUSPENSION, targetOf } from '../testing/targets.ts';

/** Targets a, b and c, with a suspended at time 0; clients whose home is a, and one whose home is b. */
function suspended() {
  const setup = setUp('abc');
  const a = targetOf(setup.pool, 'a');
  const [one, two] = clientsOf(setup.pool, a, 2) as [string, string];
  const stranger = clientPreferring(setup.pool, 'bac');
  health.suspend(a, 0);
  const first = (key: string, now: number) => {
    const attempt = setup.router.route(key).next(now);
    if (!attempt) throw new Error('There was no target.');
    return attempt;
  };
  return { ...setup, a, one, two, stranger, first };
}

describe('a trial', () => {
  it('is not given before the suspension is over', () => {
    const { one, first } = suspended();
    expect(nameOf(first(one, SUSPENSION - 1))).not.toBe('a');
    expect(nameOf(first(one, SUSPENSION))).toBe('a');
  });

  it('is given to a client whose home it is, and to no other', () => {
    const { stranger, first } = suspended();
    expect(nameOf(first(stranger, SUSPENSION))).toBe('b');
  });

  it('is given to a client without session only', () => {
    const { one, a, router, first } = suspended();
    const placement = connect(router, one);
    expect(placement.target).not.toBe(a);
    expect(first(one, SUSPENSION).target).toBe(placement.target);
    placement.release(SUSPENSION);
    expect(first(one, SUSPENSION).target).toBe(placement.target);
  });

  it('is not given to a client whose session is with another suspended target', () => {
    const { one, pool, sessions, first } = suspended();
    sessions.hold(one, targetOf(pool, 'b'), 0);
    health.suspend(targetOf(pool, 'b'), 0);
    expect(nameOf(first(one, SUSPENSION))).toBe('c');
  });

  it.each(['draining', 'disabled'] as const)('is not given to a %s target', (mode) => {
    const { one, a, first } = suspended();
    a.mode = mode;
    expect(nameOf(first(one, SUSPENSION))).not.toBe('a');
    expect(a.health.state).not.toBe('onTrial');
  });

  it('is given to one client at a time', () => {
    const { one, two, first } = suspended();
    expect(nameOf(first(one, SUSPENSION))).toBe('a');
    expect(nameOf(first(two, SUSPENSION))).not.toBe('a');
    expect(nameOf(first(one, SUSPENSION))).not.toBe('a');
  });

  it('that succeeds restores the target for all', () => {
    const { one, two, a, first } = suspended();
    const placement = first(one, SUSPENSION).succeeded(SUSPENSION);
    expect(placement?.target).toBe(a);
    expect(a).toMatchObject({ available: true, health: { state: 'healthy' } });
    expect(nameOf(first(two, SUSPENSION))).toBe('a');
  });

  it('that fails suspends the target for the whole time again, and the client goes on', () => {
    const { one, two, a, router, first } = suspended();
    const route = router.route(one);
    route.next(SUSPENSION)?.failed(SUSPENSION + 500);
    expect(a).toMatchObject({ health: { state: 'suspended', until: 2 * SUSPENSION + 500 }, connections: 0 });
    expect(nameOf(route.next(SUSPENSION + 500))).not.toBe('a');
    expect(nameOf(first(two, 2 * SUSPENSION + 499))).not.toBe('a');
    expect(nameOf(first(two, 2 * SUSPENSION + 500))).toBe('a');
  });

  it('that is abandoned is given back, to another client and not to the same connection', () => {
    const { one, two, a, router, first } = suspended();
    const route = router.route(one);
    route.next(SUSPENSION)?.abandoned();
    expect(a).toMatchObject({ health: { state: 'suspended' }, connections: 0 });
    expect(nameOf(route.next(SUSPENSION))).not.toBe('a');
    expect(nameOf(first(two, SUSPENSION))).toBe('a');
  });

  it('that another change of health has ended leaves the next trial alone', () => {
    const { one, two, a, first } = suspended();
    const old = first(one, SUSPENSION);
    health.suspend(a, SUSPENSION);
    const next = first(two, 2 * SUSPENSION);
    expect(next.target).toBe(a);
    old.abandoned();
    expect(a.health.state).toBe('onTrial');
    next.abandoned();
    expect(a.health.state).not.toBe('onTrial');
  });

  it('leaves the target to the others as a last resort, and none of them gives it back', () => {
    const { one, two, a, pool, first } = suspended();
    pool.setTargets([{ host: 'a', port: 80 }]);
    const trial = first(one, SUSPENSION);
    const resort = first(two, SUSPENSION);
    expect([trial.target, resort.target]).toEqual([a, a]);
    resort.abandoned();
    expect(a.health.state).toBe('onTrial');
    trial.abandoned();
    expect(a.health.state).not.toBe('onTrial');
  });

  it('is given without stickiness too', () => {
    const { pool, router } = setUp('a', { stickiness: false, policy: new RandomPolicy(() => 0.5) });
    const a = targetOf(pool, 'a');
    health.suspend(a, 0);
    router.route('client').next(SUSPENSION)?.abandoned();
    expect(a.health.state).not.toBe('onTrial');
    const trial = router.route('client').next(SUSPENSION);
    expect(a.health.state).toBe('onTrial');
    trial?.succeeded(SUSPENSION);
    expect(a.available).toBe(true);
  });
});
