import { describe, expect, it } from 'vitest';
import { connect, nameOf, setUp } from '../testing/routing.ts';
import { clientPreferring, health, SUSPENSION, targetOf } from '../testing/targets.ts';
import type { Attempt } from './attempt.ts';

/** Targets a, b and c, a client that prefers them in this order, and its first attempt. */
function dialling() {
  const setup = setUp('abc');
  const key = clientPreferring(setup.pool, 'abc');
  const route = setup.router.route(key);
  const attempt = route.next(0) as Attempt;
  return { ...setup, key, a: targetOf(setup.pool, 'a'), b: targetOf(setup.pool, 'b'), route, attempt };
}

const SETTLE = {
  succeeded: (attempt: Attempt) => attempt.succeeded(0),
  failed: (attempt: Attempt) => attempt.failed(0),
  abandoned: (attempt: Attempt) => attempt.abandoned(),
};
const ways = Object.keys(SETTLE) as (keyof typeof SETTLE)[];

describe('an attempt', () => {
  it('counts as a connection while it lasts, and after success until the place is released', () => {
    const { a, sessions, key, attempt } = dialling();
    expect(a.connections).toBe(1);
    const placement = attempt.succeeded(0);
    expect(a).toMatchObject({ connections: 1, sessions: 1 });
    expect(sessions.find(key, 0)).toMatchObject({ target: a, live: 1 });
    placement?.release(0);
    expect(a.connections).toBe(0);
    expect(sessions.find(key, 0)).toMatchObject({ target: a, live: 0 });
  });

  it('that fails suspends the target', () => {
    const { a, sessions, attempt } = dialling();
    attempt.failed(500);
    expect(a).toMatchObject({ connections: 0, health: { until: 500 + SUSPENSION } });
    expect(sessions.size).toBe(0);
  });

  it('that is abandoned blames nobody', () => {
    const { a, sessions, attempt } = dialling();
    attempt.abandoned();
    expect(a).toMatchObject({ connections: 0, available: true });
    expect(sessions.size).toBe(0);
  });

  it.each(ways.flatMap((first) => ways.map((second) => ({ first, second }))))(
    '$first does not hear of $second afterwards',
    ({ first, second }) => {
      const { a, sessions, key, attempt } = dialling();
      SETTLE[first](attempt);
      const before = { ...a, live: sessions.find(key, 0)?.live };
      expect(SETTLE[second](attempt)).toBeUndefined();
      expect({ ...a, live: sessions.find(key, 0)?.live }).toEqual(before);
    },
  );

  it('gives up its place once', () => {
    const { a, sessions, router, key, attempt } = dialling();
    const placement = attempt.succeeded(0);
    connect(router, key);
    placement?.release(0);
    placement?.release(0);
    expect(a.connections).toBe(1);
    expect(sessions.find(key, 0)?.live).toBe(1);
  });
});

describe('late news', () => {
  it('of failure does not suspend a target that has come back since', () => {
    const { a, attempt } = dialling();
    health.suspend(a, 0);
    health.restore(a);
    attempt.failed(5000);
    expect(a).toMatchObject({ available: true, connections: 0 });
  });

  it('of failure does not prolong a suspension', () => {
    const { router, key, a, attempt } = dialling();
    const second = router.route(key).next(0);
    attempt.failed(0);
    second?.failed(900);
    expect(a).toMatchObject({ health: { until: SUSPENSION }, connections: 0 });
  });

  it('of success does not restore a target suspended since, but the connection stands', () => {
    const { a, attempt } = dialling();
    health.suspend(a, 0);
    expect(attempt.succeeded(10)?.target).toBe(a);
    expect(a).toMatchObject({ suspended: true, connections: 1, sessions: 1 });
  });
});

describe('the last resort', () => {
  it('restores a target that answers', () => {
    const { pool, router, key, a } = dialling();
    for (const target of pool.targets) health.suspend(target, 0);
    const attempt = router.route(key).next(1);
    expect(attempt?.succeeded(1)?.target).toBe(a);
    expect(a.available).toBe(true);
  });

  it('does not prolong the suspension of a target that fails once more', () => {
    const { pool, router, key, a } = dialling();
    for (const target of pool.targets) health.suspend(target, 0);
    const before = a.health;
    router.route(key).next(700)?.failed(700);
    expect(a.health).toBe(before);
  });
});

describe('two connections of a new client', () => {
  it('that succeed on different targets end on the one that was first', () => {
    const { router, key, a, b, attempt, sessions } = dialling();
    a.mode = 'disabled';
    const late = router.route(key);
    const second = late.next(0);
    expect(second?.target).toBe(b);
    a.mode = 'enabled';
    expect(attempt.succeeded(1)?.target).toBe(a);
    expect(second?.succeeded(2)).toBeUndefined();
    expect(b).toMatchObject({ connections: 0, sessions: 0 });
    const followed = late.next(2);
    expect(followed?.succeeded(3)?.target).toBe(a);
    expect(a.connections).toBe(2);
    expect(sessions.find(key, 3)?.live).toBe(2);
  });

  it('end on the later one when the first has failed since, and the session moves', () => {
    const { router, key, a, b, attempt, sessions } = dialling();
    attempt.succeeded(0);
    health.suspend(a, 1);
    expect(connect(router, key, 2).target).toBe(b);
    expect(sessions.find(key, 2)).toMatchObject({ target: b, live: 2 });
    expect([a.sessions, b.sessions]).toEqual([0, 1]);
    health.restore(a);
    expect(nameOf(router.route(key).next(3))).toBe('b');
  });
});

describe('a connection that had to pass over the target of its session', () => {
  it('is a guest elsewhere: the session stays while its target is available, and lasts as long as the guest', () => {
    const { router, key, a, b, attempt, sessions } = dialling();
    attempt.succeeded(0);
    const route = router.route(key);
    route.next(1)?.abandoned();
    const guest = route.next(1)?.succeeded(1);
    expect(guest?.target).toBe(b);
    expect(b).toMatchObject({ connections: 1, sessions: 0 });
    expect(sessions.find(key, 1)).toMatchObject({ target: a, live: 2 });
    expect(nameOf(router.route(key).next(1))).toBe('a');
    guest?.release(2);
    expect(b.connections).toBe(0);
    expect(sessions.find(key, 2)?.live).toBe(1);
  });

  it('goes back to the target if it failed, came back and took the client in meanwhile', () => {
    const { router, key, a, b, attempt, route, sessions } = dialling();
    attempt.failed(0);
    const second = route.next(0);
    expect(nameOf(second)).toBe('b');
    health.restore(a);
    connect(router, key, 1);
    expect(second?.succeeded(2)).toBeUndefined();
    expect(route.next(2)?.succeeded(3)?.target).toBe(a);
    expect(sessions.find(key, 3)).toMatchObject({ target: a, live: 2 });
    expect([a.connections, b.connections]).toEqual([2, 0]);
  });

  it('is a guest also where that target is full, though the session is idle', () => {
    const { router, key, a, b, attempt, sessions } = dialling();
    attempt.succeeded(0)?.release(0);
    Object.assign(a, { options: { ...a.options, maxConnections: 1 }, elsewhere: () => 1 });
    expect(connect(router, key, 1).target).toBe(b);
    expect(sessions.find(key, 1)).toMatchObject({ target: a, live: 1 });
  });

  it('takes the session with it when that target is no longer available', () => {
    const { router, key, a, b, attempt, sessions } = dialling();
    attempt.succeeded(0);
    const route = router.route(key);
    route.next(1)?.abandoned();
    const second = route.next(1);
    health.suspend(a, 1);
    second?.succeeded(2);
    expect(sessions.find(key, 2)).toMatchObject({ target: b, live: 2 });
  });
});
