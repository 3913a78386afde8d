import { DEFAULT_HASH_KEY, DecidingHealth, TargetPool, type TargetRecord } from '@lb/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectError } from '../engine/connect-error.ts';
import type { ProbeDone } from './probe.ts';
import { Recovery } from './recovery.ts';

const SUSPENSION = 2_000;
const DEACTIVATION = 10_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const names = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

/** Targets `t0`, `t1` and so on with their health, and the probes that are under way. */
function setUp({ targets = 1, transparent = false, random = 0.5 } = {}) {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  const list = (hosts: readonly string[]) => pool.setTargets(hosts.map((host) => ({ host, port: 80 })));
  list(names(targets));
  /** By host, in the order in which they began. */
  const out = new Map<string, ProbeDone>();
  const begun: string[] = [];
  const log: string[] = [];
  /** What the probes have shown of addresses. */
  const addresses: string[] = [];
  const options = {
    connectTimeout: 5_000,
    proxyProtocol: undefined,
    transparent,
    targetDeactivationDuration: DEACTIVATION,
  };
  const recovery: Recovery = new Recovery({
    options: () => options,
    addresses: {
      endpoints: ({ options: { host = '' } }) => [{ host, port: 80 }],
      reached: ({ id }) => void addresses.push(`reached ${id}`),
      unreached: ({ id }) => void addresses.push(`unreached ${id}`),
    },
    report: (target, news) => {
      log.push(`${news.source} ${news.outcome}`);
      health.take(target, news, performance.now());
    },
    random: () => random,
    probe: ({ endpoints: [endpoint] }, done) => {
      const { host } = endpoint as { host: string };
      out.set(host, done);
      begun.push(host);
      return () => {
        out.delete(host);
        log.push(`cancelled ${host}`);
      };
    },
  });
  const health = new DecidingHealth({
    suspension: SUSPENSION,
    deactivation: DEACTIVATION,
    confirms: transparent,
    onHealth: (target) => recovery.look(target),
    onDoubt: (target, reason) => recovery.doubt(target, reason),
  });
  const target = (n = 0) => pool.targets[n] as TargetRecord;
  const end = (error?: string, host = 't0'): void => {
    const done = out.get(host);
    if (!done) throw new Error(`${host} is not being probed`);
    out.delete(host);
    done(error === undefined ? { host, port: 80 } : new ConnectError(error, { host, port: 80 }));
  };
  const fail = (n = 0) =>
    health.report(target(n), target(n).health.version, 'failed', performance.now(), 'ECONNREFUSED');
  const pass = (time: number) => vi.advanceTimersByTime(time);
  return { pool, list, out, begun, log, addresses, recovery, health, target, end, fail, pass, options };
}

describe('a target that has failed', () => {
  it('has its name resolved again with each probe that reaches it nowhere, and is found where a probe reaches it', () => {
    const { addresses, end, fail, pass } = setUp();
    fail();
    pass(SUSPENSION);
    end('ECONNREFUSED');
    pass(1_000);
    end();
    expect(addresses).toEqual(['unreached t0:80', 'reached t0:80']);
  });

  it('is probed from the end of its suspension on, once a second, until it answers', () => {
    const { out, begun, target, end, fail, pass } = setUp();
    expect(vi.getTimerCount()).toBe(0);
    fail();
    pass(SUSPENSION - 1);
    expect(out.size).toBe(0);
    pass(1);
    for (let n = 0; n < 3; n += 1) {
      expect(out.size).toBe(1);
      end('ECONNREFUSED');
      expect(target().suspended).toBe(true);
      pass(999);
      expect(out.size).toBe(0);
      pass(1);
    }
    end();
    expect(target().available).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    pass(60_000);
    expect(begun).toHaveLength(4);
  });

  it.each([
    [0, 900],
    [0.5, 1_000],
    [0.999999, 1_099],
  ])('is probed again after a time that varies by a tenth: %d', (random, interval) => {
    const { out, end, fail, pass } = setUp({ random });
    fail();
    pass(SUSPENSION);
    end('ETIMEDOUT');
    pass(interval - 1);
    expect(out.size).toBe(0);
    pass(2);
    expect(out.size).toBe(1);
  });

  it('is probed again at once where a probe has taken longer than that', () => {
    const { out, begun, end, fail, pass } = setUp();
    fail();
    pass(SUSPENSION + 5_000);
    expect(begun).toHaveLength(1); // one at a time
    end('ETIMEDOUT');
    pass(1);
    expect(out.size).toBe(1);
  });

  it('is asked again for what this machine lacked', () => {
    const { target, log, end, fail, pass } = setUp();
    fail();
    pass(SUSPENSION);
    end('EMFILE');
    expect([target().suspended, log]).toEqual([true, []]);
    pass(1_000);
    end();
    expect(target().available).toBe(true);
  });

  it('is probed no more once a client has reached it', () => {
    const { log, health, target, fail, pass } = setUp();
    fail();
    pass(SUSPENSION);
    health.report(target(), target().health.version, 'reached', performance.now());
    expect([target().available, log]).toEqual([true, ['cancelled t0']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is probed no more while it is disabled or once it is removed, and again when it is enabled', () => {
    const { pool, list, log, recovery, out, target, fail, pass } = setUp({ targets: 2 });
    fail();
    pass(SUSPENSION);
    const t0 = target();
    t0.mode = 'disabled';
    recovery.lookAll(pool.targets);
    expect([log, vi.getTimerCount()]).toEqual([['cancelled t0'], 0]);
    t0.mode = 'enabled';
    recovery.lookAll(pool.targets);
    pass(1);
    expect([...out.keys()]).toEqual(['t0']);
    list(['t1']);
    recovery.lookAll(pool.targets);
    expect([out.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('is probed while it is draining, for the clients of its sessions', () => {
    const { out, target, fail, pass } = setUp();
    target().mode = 'draining';
    fail();
    pass(SUSPENSION);
    expect(out.size).toBe(1);
  });

  it('is probed in its turn: 64 at once, and all of 1,000', () => {
    const { pool, out, begun, end, fail, pass } = setUp({ targets: 1_000 });
    for (let n = 0; n < 1_000; n += 1) fail(n);
    pass(SUSPENSION);
    expect(out.size).toBe(64);
    while (out.size > 0) {
      expect(out.size).toBeLessThanOrEqual(64);
      end(undefined, [...out.keys()][0]);
    }
    expect(begun).toEqual(names(1_000));
    expect(pool.targets.every(({ available }) => available)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is left alone when all that is called off, until it begins again', () => {
    const { pool, recovery, out, begun, fail, pass } = setUp({ targets: 200 });
    for (let n = 0; n < 100; n += 1) fail(n);
    pass(SUSPENSION);
    fail(150);
    recovery.close();
    expect([out.size, vi.getTimerCount()]).toEqual([0, 0]);
    fail(199);
    pass(60_000);
    expect(begun).toHaveLength(64);
    recovery.lookAll(pool.targets);
    pass(1);
    expect(out.size).toBe(64);
  });
});

describe('a target that a controller has deactivated', () => {
  it('is back when its time is over, without a probe', () => {
    const { begun, health, target, pass } = setUp();
    health.deactivate(target(), performance.now());
    pass(9_999);
    expect(target().suspended).toBe(true);
    pass(2);
    expect([target().available, begun]).toEqual([true, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is suspended for longer when that is asked for once more', () => {
    const { health, target, pass } = setUp();
    health.deactivate(target(), performance.now());
    pass(5_000);
    health.deactivate(target(), performance.now());
    pass(9_999);
    expect(target().suspended).toBe(true);
    pass(2);
    expect(target().available).toBe(true);
  });

  it('is not probed any more', () => {
    const { log, health, target, fail, pass } = setUp();
    fail();
    pass(SUSPENSION);
    health.deactivate(target(), performance.now());
    expect(log).toEqual(['cancelled t0']);
    pass(9_000);
    expect(log).toEqual(['cancelled t0']);
  });
});

describe('where failures are confirmed', () => {
  /** As `setUp`, with a target whose first probe has ended. */
  function introduced(error?: string) {
    const made = setUp({ transparent: true });
    made.recovery.lookAll(made.pool.targets);
    made.end(error);
    made.log.length = 0;
    return made;
  }

  it('probes each target once when it is new', () => {
    const { pool, list, begun, recovery } = introduced();
    recovery.lookAll(pool.targets);
    list(['t0', 't1']);
    recovery.lookAll(pool.targets);
    expect(begun).toEqual(['t0', 't1']);
  });

  it('suspends a target that fails a client when a probe fails too, for the client’s reason', () => {
    const { out, log, target, end, fail } = introduced();
    fail();
    expect([target().available, out.size]).toEqual([true, 1]);
    end('ETIMEDOUT');
    expect([target().suspended, log]).toEqual([true, ['probe failed']]);
  });

  it('keeps a target that a probe reaches', () => {
    const { log, target, end, fail } = introduced();
    fail();
    end();
    expect([target().available, log]).toEqual([true, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a target that is not probed for what this machine lacks', () => {
    const { target, end, fail } = introduced();
    fail();
    end('EMFILE');
    expect(target().available).toBe(true);
  });

  it('makes one probe for all clients that fail meanwhile', () => {
    const { begun, end, fail, target } = introduced();
    for (let n = 0; n < 3; n += 1) fail();
    expect(begun).toHaveLength(2);
    end();
    fail();
    end('ECONNREFUSED');
    expect([begun.length, target().suspended]).toEqual([3, true]);
  });

  it('takes the first probe of a new target for an answer to a client’s failure', () => {
    const { pool, recovery, begun, end, fail, target } = setUp({ transparent: true });
    recovery.lookAll(pool.targets);
    fail();
    end('ECONNREFUSED');
    expect([begun.length, target().suspended]).toEqual([1, true]);
  });

  it('waits for the answer of a target that a probe has ever reached', () => {
    const { target, end, fail, pass } = introduced();
    fail();
    end('ECONNREFUSED');
    for (let n = 0; n < 5; n += 1) {
      pass(n === 0 ? SUSPENSION : 1_000);
      end('ECONNREFUSED');
    }
    expect(target().suspended).toBe(true);
  });

  it('restores a target that no probe has ever reached after targetDeactivationDuration', () => {
    const { log, target, end, fail, pass } = introduced('ECONNREFUSED');
    fail();
    end('ECONNREFUSED');
    pass(SUSPENSION);
    for (let passed = SUSPENSION; passed < DEACTIVATION; passed += 1_000) {
      end('ECONNREFUSED');
      expect(target().suspended).toBe(true);
      pass(1_000);
    }
    end('ECONNREFUSED');
    expect([target().available, log]).toEqual([true, ['probe failed', 'time reached']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('restores such a target earlier when it answers, and waits for its answer from then on', () => {
    const { target, end, fail, pass } = introduced('ECONNREFUSED');
    fail();
    end('ECONNREFUSED');
    pass(SUSPENSION);
    end();
    expect(target().available).toBe(true);
    fail();
    end('ECONNREFUSED');
    pass(SUSPENSION);
    for (let passed = 0; passed < 2 * DEACTIVATION; passed += 1_000) {
      end('ECONNREFUSED');
      pass(1_000);
    }
    expect(target().suspended).toBe(true);
  });

  it('introduces no target where nothing has to be confirmed', () => {
    const { pool, recovery, begun, end, fail, pass } = setUp();
    recovery.lookAll(pool.targets);
    fail();
    pass(SUSPENSION);
    end();
    expect(begun).toHaveLength(1);
  });
});
