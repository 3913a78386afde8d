import { DEFAULT_HASH_KEY, TargetPool, type TargetRecord } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Renewals } from './renewals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(['a', 'b'].map((host) => ({ host, port: 80 })));
  const [a, b] = pool.targets as [TargetRecord, TargetRecord];
  const asked: string[] = [];
  const renewals = new Renewals((target) => asked.push(target));
  const done = vi.fn();
  return { a, b, asked, renewals, done };
}

it('asks once for all connections that fail, and calls all of them back with the answer', () => {
  const { a, b, asked, renewals, done } = setUp();
  for (const target of [a, a, b]) renewals.wait(target, 1_000, done);
  expect(asked).toEqual(['a:80', 'b:80']);
  renewals.answered('a:80');
  expect(done).toHaveBeenCalledTimes(2);
  renewals.answered('b:80');
  renewals.answered('c:80');
  expect(done).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

it('asks once a second at most, and an answer that is younger than that is not waited for', () => {
  const { a, asked, renewals, done } = setUp();
  renewals.wait(a, 1_000, done);
  renewals.answered('a:80');
  for (let n = 0; n < 1_000; n += 1) expect(renewals.wait(a, 1_000, done)).toBeUndefined();
  expect(asked).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(renewals.wait(a, 1_000, done)).toBeDefined();
  expect(asked).toHaveLength(2);
});

it('waits until a second after it has asked, and for an answer that is late it neither waits nor asks again', () => {
  const { a, asked, renewals, done } = setUp();
  const first = vi.fn();
  renewals.wait(a, 1_000, first);
  vi.advanceTimersByTime(900);
  renewals.wait(a, 1_000, done);
  vi.advanceTimersByTime(100);
  vi.advanceTimersToNextTimer(); // one more look at the channel to the primary
  vi.advanceTimersToNextTimer();
  expect([first, done].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  for (let n = 0; n < 10; n += 1) {
    expect(renewals.wait(a, 1_000, done)).toBeUndefined();
    vi.advanceTimersByTime(1_000);
  }
  expect(asked).toHaveLength(1);
  renewals.answered('a:80');
  expect(renewals.wait(a, 1_000, done)).toBeDefined();
});

it('waits no longer than there is time, nor after the client has left', () => {
  const { a, renewals, done } = setUp();
  renewals.wait(a, 100, done);
  renewals.wait(a, 100, done)?.cancel();
  vi.advanceTimersByTime(100);
  vi.advanceTimersToNextTimer();
  renewals.answered('a:80');
  expect(done).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});
