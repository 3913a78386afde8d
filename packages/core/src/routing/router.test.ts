import { describe, expect, it } from 'vitest';
import { hashKeyFromSeed, hashText } from '../hashing/hash.ts';
import { ranking } from '../hashing/ranking.ts';
import { HashPolicy } from '../policies/hash-policy.ts';
import { RandomPolicy } from '../policies/random-policy.ts';
import type { TargetRecord } from '../targets/target-record.ts';
import { candidates, connect, EXPIRY, nameOf, setUp } from '../testing/routing.ts';
import { clientPreferring, hashed, health, SUSPENSION, targetOf } from '../testing/targets.ts';

describe('the candidates of a client without session', () => {
  it('are the targets in the order of its ranking, each once', () => {
    const { pool, router } = setUp('abcde');
    for (let n = 0; n < 50; n += 1) {
      const key = `198.51.100.${n}`;
      const order = [...ranking(hashed(key), pool.targets)].map((target) => target.options.host).join('');
      expect(candidates(router.route(key))).toBe(order);
    }
  });

  it('follow the hash key', () => {
    const hashKey = hashKeyFromSeed('other');
    const { pool, router } = setUp('abcde', { policy: new HashPolicy(hashKey) });
    for (const key of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      const [first] = ranking(hashText(hashKey, key), pool.targets);
      expect(router.route(key).next(0)?.target).toBe(first);
    }
  });

  it('are the available ones first, then the suspended ones, each by ranking', () => {
    const { pool, router } = setUp('abcd');
    const key = clientPreferring(pool, 'abcd');
    health.suspend(targetOf(pool, 'a'), 0);
    health.suspend(targetOf(pool, 'c'), 0);
    expect(candidates(router.route(key))).toBe('bdac');
  });

  it('are none that is suspended while another one is left, however long that has been', () => {
    const { pool, router } = setUp('ab');
    const key = clientPreferring(pool, 'ab');
    health.suspend(targetOf(pool, 'a'), 0);
    expect(nameOf(router.route(key).next(1_000 * SUSPENSION))).toBe('b');
  });

  it('are suspended ones only, when no other is left', () => {
    const { pool, router } = setUp('abc');
    const key = clientPreferring(pool, 'cab');
    for (const target of pool.targets) health.suspend(target, 0);
    expect(candidates(router.route(key))).toBe('cab');
  });

  it('leave out what is draining, disabled or removed, also as a last resort', () => {
    const { pool, router } = setUp('abcd');
    const key = clientPreferring(pool, 'abcd');
    targetOf(pool, 'a').mode = 'draining';
    targetOf(pool, 'b').mode = 'disabled';
    pool.setTargets([...'abc'].map((host) => ({ host, port: 80 })));
    health.suspend(targetOf(pool, 'c'), 0);
    expect(candidates(router.route(key))).toBe('c');
  });

  it('are none when nothing is enabled', () => {
    const { pool, router } = setUp('a');
    targetOf(pool, 'a').mode = 'disabled';
    expect(router.route('client').next(0)).toBeUndefined();
    pool.setTargets([]);
    expect(router.route('client').next(0)).toBeUndefined();
  });

  it('take in what has changed since the one before', () => {
    const { pool, router } = setUp('abcd');
    const route = router.route(clientPreferring(pool, 'abcd'));
    expect(nameOf(route.next(0))).toBe('a');
    health.suspend(targetOf(pool, 'b'), 0);
    expect(nameOf(route.next(0))).toBe('c');
    health.restore(targetOf(pool, 'b'));
    expect(nameOf(route.next(0))).toBe('b');
    pool.setTargets([...'abce'].map((host) => ({ host, port: 80 })));
    expect(nameOf(route.next(0))).toBe('e');
    expect(route.next(0)).toBeUndefined();
  });
});

describe('the candidates of a client with a session', () => {
  /** A client that prefers a, b, c, d in this order and has a session with c. */
  function displaced() {
    const setup = setUp('abcd');
    const key = clientPreferring(setup.pool, 'abcd');
    setup.sessions.hold(key, targetOf(setup.pool, 'c'), 0);
    return { ...setup, key, route: setup.router.route(key), c: targetOf(setup.pool, 'c') };
  }

  it("are the session's target first", () => {
    expect(candidates(displaced().route)).toBe('cabd');
  });

  it("are the session's target first while it is draining", () => {
    const { c, route } = displaced();
    c.mode = 'draining';
    expect(candidates(route)).toBe('cabd');
  });

  it.each(['disabled', 'removed'] as const)("are the others alone when the session's target is %s", (mode) => {
    const { c, route } = displaced();
    c.mode = mode;
    expect(candidates(route)).toBe('abd');
  });

  it("are what is available before the session's suspended target, and that before the other suspended ones", () => {
    const { pool, c, route } = displaced();
    health.suspend(c, 0);
    health.suspend(targetOf(pool, 'a'), 0);
    expect(candidates(route)).toBe('bdca');
  });

  it("are the session's target first as a last resort, draining or not", () => {
    const { pool, router, key, c } = displaced();
    for (const target of pool.targets) health.suspend(target, 0);
    expect(candidates(router.route(key))).toBe('cabd');
    c.mode = 'draining';
    expect(candidates(router.route(key))).toBe('cabd');
    c.mode = 'disabled';
    expect(candidates(router.route(key))).toBe('abd');
  });

  it('are those of the ranking again when the session is over', () => {
    const { sessions, router, key } = displaced();
    const session = sessions.find(key, 0);
    if (session) sessions.release(session, 10);
    expect(nameOf(router.route(key).next(10 + EXPIRY - 1))).toBe('c');
    expect(nameOf(router.route(key).next(10 + EXPIRY))).toBe('a');
  });
});

describe('a route', () => {
  it('tells whether another candidate would follow, suspended ones and the draining target of its session included', () => {
    const { pool, router, sessions } = setUp('abc');
    const key = clientPreferring(pool, 'abc');
    connect(router, key);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => targetOf(pool, name));
    const route = router.route(key);
    expect([sessions.size, route.hasNext(0)]).toEqual([1, true]);
    route.next(0)?.abandoned();
    health.suspend(b as TargetRecord, 0);
    expect(route.hasNext(0)).toBe(true);
    route.next(0)?.abandoned();
    expect(nameOf(route.next(0))).toBe('b');
    expect(route.hasNext(0)).toBe(false);
    for (const target of [b, c]) (target as TargetRecord).mode = 'disabled';
    (a as TargetRecord).mode = 'draining';
    expect(router.route(key).hasNext(0)).toBe(true);
    expect(router.route('another client').hasNext(0)).toBe(false);
  });
});

describe('a connection whose target changes while it is connected', () => {
  /** A client of b, which is down, has reached a by the time that b is back. */
  function reached() {
    const setup = setUp('ab');
    const [a, b] = ['a', 'b'].map((name) => targetOf(setup.pool, name)) as [TargetRecord, TargetRecord];
    const key = clientPreferring(setup.pool, 'ba');
    connect(setup.router, key).release(0);
    const route = setup.router.route(key);
    return { ...setup, a, b, key, route };
  }

  it('goes to its own target if that is back, and to the one that it has let go if its own then fails', () => {
    const { b, route, key, sessions } = reached();
    health.suspend(b, 0);
    const first = route.next(0);
    expect(nameOf(first)).toBe('a');
    health.restore(b);
    expect(first?.succeeded(0)).toBeUndefined();
    expect(route.hasNext(0)).toBe(true);
    const second = route.next(0);
    expect(nameOf(second)).toBe('b');
    expect(route.hasNext(0)).toBe(true);
    second?.failed(0);
    const third = route.next(0);
    expect(nameOf(third)).toBe('a');
    expect(third?.succeeded(0)).toBeDefined();
    expect(sessions.find(key, 0)?.target.id).toBe('a:80');
  });

  it('goes back to its own target that has failed it and was restored since, and is no guest elsewhere', () => {
    const { a, b, route, key, sessions } = reached();
    route.next(0)?.failed(0);
    const second = route.next(0);
    expect(nameOf(second)).toBe('a');
    health.restore(b);
    expect(second?.succeeded(0)).toBeUndefined();
    const third = route.next(0);
    expect(nameOf(third)).toBe('b');
    expect(third?.succeeded(0)).toBeDefined();
    expect(sessions.find(key, 0)).toMatchObject({ target: b, live: 1 });
    expect([a.connections, b.connections]).toEqual([0, 1]);
  });

  it('is served at last by a target that was restored since it failed, and tries none again that was not', () => {
    const { a, b, route } = reached();
    route.next(0)?.failed(0);
    route.next(0)?.failed(0);
    expect(route.next(0)).toBeUndefined();
    health.restore(a);
    const third = route.next(0);
    expect(nameOf(third)).toBe('a');
    third?.failed(0);
    expect(route.next(0)).toBeUndefined();
    expect([a, b].map(({ connections }) => connections)).toEqual([0, 0]);
  });

  it('is not given the one that it has let go before another one was tried', () => {
    const { b, route } = reached();
    const first = route.next(0);
    b.mode = 'disabled';
    expect(first?.succeeded(0)).toBeUndefined();
    b.mode = 'enabled';
    expect(nameOf(route.next(0))).toBe('a');
  });
});

describe('a client', () => {
  it('stays where it is when its home comes back into use', () => {
    const { pool, router } = setUp('abc');
    const key = clientPreferring(pool, 'abc');
    health.suspend(targetOf(pool, 'a'), 0);
    expect(connect(router, key).target).toBe(targetOf(pool, 'b'));
    health.restore(targetOf(pool, 'a'));
    expect(connect(router, key, 5 * SUSPENSION).target).toBe(targetOf(pool, 'b'));
  });

  it('stays where it is when a target that it would prefer is added', () => {
    const { pool, router } = setUp('abc');
    const key = clientPreferring(pool, 'abc');
    pool.setTargets([...'bc'].map((host) => ({ host, port: 80 })));
    connect(router, key);
    pool.setTargets([...'abc'].map((host) => ({ host, port: 80 })));
    expect(connect(router, key).target).toBe(targetOf(pool, 'b'));
  });
});

describe('without stickiness', () => {
  /** Numbers in [0, 1) that are the same in each run. */
  function repeatable(): () => number {
    let state = 1;
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 0x100000000;
    };
  }

  it('places each connection by weight, whoever the client is, and keeps no session', () => {
    const { pool, sessions, router } = setUp('ab', { stickiness: false, policy: new RandomPolicy(repeatable()) });
    pool.setTargets([
      { host: 'a', port: 80, weight: 3 },
      { host: 'b', port: 80 },
    ]);
    for (let n = 0; n < 40_000; n += 1) connect(router, 'client');
    const { connections } = targetOf(pool, 'a');
    expect(Math.abs(connections - 30_000)).toBeLessThan(0.02 * 30_000);
    expect(connections + targetOf(pool, 'b').connections).toBe(40_000);
    expect(sessions.size).toBe(0);
    expect(pool.targets.map((target) => target.sessions)).toEqual([0, 0]);
  });

  it('gives each target once, those that are suspended last', () => {
    const { pool, router } = setUp('abcd', { stickiness: false, policy: new RandomPolicy(repeatable()) });
    health.suspend(targetOf(pool, 'b'), 0);
    const orders = Array.from({ length: 100 }, () => candidates(router.route('client')));
    expect(new Set(orders)).toEqual(new Set(['acdb', 'adcb', 'cadb', 'cdab', 'dacb', 'dcab']));
  });

  it('draws once for a connection, however many candidates it asks for', () => {
    let draws = 0;
    const random = (): number => {
      draws += 1;
      return 0.5;
    };
    const { router } = setUp('abcd', { stickiness: false, policy: new RandomPolicy(random) });
    candidates(router.route('client'));
    expect(draws).toBe(2); // the two halves of one hash
  });
});

describe('a target that is full', () => {
  it('is passed over like one that is down, and blamed for nothing', () => {
    const { pool, router } = setUp('abc');
    const client = clientPreferring(pool, 'abc');
    const a = targetOf(pool, 'a');
    a.options = { ...a.options, maxConnections: 1 };
    const first = connect(router, client);
    expect(first.target).toBe(a);
    const second = connect(router, client);
    expect(second.target.options.host).toBe('b');
    expect(a.suspended).toBe(false);
    second.release(0);
    first.release(0);
    expect(connect(router, clientPreferring(pool, 'acb')).target).toBe(a);
  });

  it('is no last resort either', () => {
    const { pool, router } = setUp('a');
    const a = targetOf(pool, 'a');
    a.options = { ...a.options, maxConnections: 1 };
    connect(router, 'one');
    expect(router.route('other').next(0)).toBeUndefined();
    expect(router.route('one').next(0)).toBeUndefined();
  });
});
