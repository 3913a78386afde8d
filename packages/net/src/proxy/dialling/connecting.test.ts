// How the time of a connection is shared among its candidates, and when a target is blamed.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSetup } from '../../testing/connection-setup.ts';

/** All of them are silent, until the connection is over or `most` have been. @returns the time that each had */
function silentCandidates(setup: ConnectionSetup, most = 20): number[] {
  const times: number[] = [];
  for (let n = 1; setup.engine.dials.length === n && n <= most; n += 1) {
    const { timeout } = setup.engine.dialling;
    times.push(timeout);
    setup.now += timeout;
    setup.engine.dialling.fail('ETIMEDOUT');
  }
  return times;
}

function suspended(setup: ConnectionSetup): string[] {
  return setup.news().filter((line) => line.startsWith('suspended'));
}

const hosts = (count: number) => Array.from({ length: count }, (_, n) => ({ host: `10.0.0.${n}`, port: 80 }));

describe('silent targets', () => {
  it('leave time for a fourth one, and those that had little time are not blamed', () => {
    const setup = new ConnectionSetup({ targets: hosts(4) });
    setup.accept();
    expect(silentCandidates(setup, 3)).toEqual([5_000, 5_000, 2_500]);
    expect(setup.engine.dials).toHaveLength(4);
    setup.engine.dialling.succeed();
    expect(setup.log.at(-1)).toBe('relay');
    const [first, second] = setup.engine.dials.map(({ to }) => to);
    expect(suspended(setup)).toEqual([`suspended ${first} ETIMEDOUT`, `suspended ${second} ETIMEDOUT`]);
  });

  it('are all tried, however many there are', () => {
    const setup = new ConnectionSetup({ targets: hosts(9) });
    setup.accept();
    expect(silentCandidates(setup)).toHaveLength(9);
  });

  it('are blamed after half of a budget that is shorter than twice connectTimeout', () => {
    const setup = new ConnectionSetup({ connectTimeout: 5_000, connectBudget: 3_001 });
    setup.accept();
    expect(silentCandidates(setup)).toEqual([1_501, 750, 750]);
    expect(suspended(setup)).toHaveLength(1);
  });

  it('have the rest of the budget where they are the last ones, and are blamed only if that is enough', () => {
    const setup = new ConnectionSetup({ targets: hosts(2), connectTimeout: 700, connectBudget: 1_000 });
    setup.accept();
    expect(silentCandidates(setup)).toEqual([500, 500]);
    expect(suspended(setup)).toHaveLength(2);
  });
});

describe('a single silent target', () => {
  it('has connectTimeout, and no more of the budget', () => {
    const setup = new ConnectionSetup({ targets: hosts(1) });
    setup.accept();
    expect(silentCandidates(setup)).toEqual([5_000]);
    expect(suspended(setup)).toHaveLength(1);
  });

  it('has all of a budget that is shorter', () => {
    const setup = new ConnectionSetup({ targets: hosts(1), connectTimeout: 5_000, connectBudget: 3_000 });
    setup.accept();
    expect(silentCandidates(setup)).toEqual([3_000]);
    expect(suspended(setup)).toHaveLength(1);
  });
});

it.each(['ECONNREFUSED', 'EHOSTUNREACH'])('blames a target for %s however little time it had', (code) => {
  const setup = new ConnectionSetup({ targets: hosts(4) });
  setup.accept();
  silentCandidates(setup, 2);
  expect(setup.engine.dialling.timeout).toBe(2_500);
  setup.engine.dialling.fail(code);
  expect(suspended(setup).at(-1)).toBe(`suspended ${setup.engine.dials[2]?.to} ${code}`);
});

describe('a name that is being looked up', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const named = (targets: number, options = {}) =>
    new ConnectionSetup({
      targets: Array.from({ length: targets }, (_, n) => ({ host: `app-${n}.test`, port: 80 })),
      ...options,
    });

  it('leaves the target the time that it would have had', () => {
    const setup = named(1);
    setup.accept();
    setup.now += 3_000;
    setup.addresses.set(new Map([['app-0.test:80', [{ host: '10.0.0.8', port: 80 }]]]));
    expect(setup.engine.dialling.timeout).toBe(5_000);
  });

  it('blames its target when there is no answer within connectTimeout', () => {
    const setup = named(1);
    setup.accept();
    setup.now += 5_000;
    vi.runAllTimers();
    expect(suspended(setup)).toEqual(['suspended app-0.test:80 EAI_AGAIN']);
  });

  it('blames nobody when there was less time', () => {
    const setup = named(4);
    setup.accept();
    for (const wait of [5_000, 5_000, 2_500]) {
      setup.now += wait;
      vi.advanceTimersByTime(wait);
      vi.advanceTimersToNextTimer(); // one more look at the channel to the primary
    }
    expect(suspended(setup)).toHaveLength(2);
  });
});

describe('a target whose accept queue is full', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Time passes, in which each try finds no room. */
  function isFullFor(setup: ConnectionSetup, time: number): void {
    for (let passed = 0; passed < time; passed += 10) {
      setup.now += 10;
      vi.advanceTimersByTime(10);
      fail(setup);
    }
  }

  let answered = 0;
  function fail(setup: ConnectionSetup): void {
    for (; answered < setup.engine.dials.length; answered += 1) setup.engine.dials[answered]?.fail('EAGAIN');
  }

  beforeEach(() => {
    answered = 0;
  });

  it('keeps its clients waiting as long as the budget lasts if it is the only one, and is not blamed', () => {
    const setup = new ConnectionSetup({ targets: [{ path: '/run/app.sock' }] });
    setup.accept();
    fail(setup);
    isFullFor(setup, 14_900);
    expect(setup.log).not.toContain('reset client');
    isFullFor(setup, 200);
    expect(setup.log).toContain('reset client');
    expect(suspended(setup)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('serves a client once it has room', () => {
    const setup = new ConnectionSetup({ targets: [{ path: '/run/app.sock' }] });
    setup.accept();
    fail(setup);
    isFullFor(setup, 10_000);
    vi.advanceTimersByTime(100);
    setup.engine.dialling.succeed();
    expect(setup.log.at(-1)).toBe('relay');
    expect(setup.counts).toEqual([1]);
  });

  it('is passed over after connectTimeout while others are left, and is not blamed', () => {
    const setup = new ConnectionSetup({ targets: [{ path: '/run/a.sock' }, { path: '/run/b.sock' }] });
    setup.accept();
    const first = setup.engine.dialling.to;
    fail(setup);
    isFullFor(setup, 4_900);
    expect(new Set(setup.engine.dials.map(({ to }) => to))).toEqual(new Set([first]));
    isFullFor(setup, 300);
    expect(setup.engine.dialling.to).not.toBe(first);
    expect(setup.log.filter((line) => line.startsWith('passed over'))).toEqual([`passed over ${first}: EAGAIN`]);
    expect(suspended(setup)).toEqual([]);
  });

  it('has no place left for a client that has gone', () => {
    const setup = new ConnectionSetup({ targets: [{ path: '/run/app.sock' }] });
    const { downstream } = setup.accept();
    fail(setup);
    downstream.onGone?.();
    expect(vi.getTimerCount()).toBe(0);
    expect(setup.counts).toEqual([0]);
  });
});
