import type { WorkerAgreement } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenDecided } from './when-decided.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** An agreement in which it is open where everybody goes, until it is said. */
function open() {
  let isUndecided = true;
  let waiting: (() => void)[] = [];
  const agreement = {
    whenDecided: (callback: () => void) => {
      waiting.push(callback);
      return () => {
        waiting = waiting.filter((other) => other !== callback);
      };
    },
  } as Partial<WorkerAgreement> as WorkerAgreement;
  const news = (decided: boolean): void => {
    isUndecided = !decided;
    const told = waiting;
    waiting = [];
    for (const tell of told) tell();
  };
  const done = vi.fn();
  const count = () => waiting.length;
  return { news, done, count, wait: () => whenDecided(agreement, () => isUndecided, done) };
}

it('waits until it is decided, through news of others', () => {
  const { wait, done, news } = open();
  wait();
  news(false);
  expect(done).not.toHaveBeenCalled();
  news(true);
  expect(done).toHaveBeenCalledOnce();
  vi.runAllTimers();
  expect(done).toHaveBeenCalledOnce();
});

it('waits a second at most', () => {
  const { wait, done, news } = open();
  wait();
  vi.advanceTimersByTime(999);
  expect(done).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  vi.advanceTimersToNextTimer(); // one more look at the channel to the primary
  expect(done).toHaveBeenCalledOnce();
  news(true);
  expect(done).toHaveBeenCalledOnce();
});

it('is called off when the client leaves', () => {
  const { wait, done, news, count } = open();
  wait().cancel();
  expect(count()).toBe(0);
  news(true);
  vi.runAllTimers();
  expect(done).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
