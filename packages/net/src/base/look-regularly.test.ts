import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lookRegularly } from './look-regularly.ts';

/** ms that the clock is ahead of the timers, as after pauses of this process. */
let paused: number;

beforeEach(() => {
  vi.useFakeTimers();
  paused = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + paused);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function looking() {
  const late: boolean[] = [];
  const timer = lookRegularly(1_000, (isLate) => late.push(isLate));
  return { late, timer };
}

it('looks once in each interval, until it is cleared', () => {
  const { late, timer } = looking();
  vi.advanceTimersByTime(3_999);
  expect(late).toEqual([false, false, false]);
  clearInterval(timer);
  vi.advanceTimersByTime(5_000);
  expect(late).toHaveLength(3);
});

it('knows the look after a pause, and that the next one is in time', () => {
  const { late } = looking();
  vi.advanceTimersByTime(1_000);
  paused += 70_000;
  vi.advanceTimersByTime(2_000);
  expect(late).toEqual([false, true, false]);
});

it('takes a look that is a little late for one in time', () => {
  const { late } = looking();
  paused += 500;
  vi.advanceTimersByTime(1_000);
  expect(late).toEqual([false]);
});

it('never leaves out two in a row', () => {
  const { late } = looking();
  for (let n = 0; n < 5; n += 1) {
    paused += 5_000;
    vi.advanceTimersByTime(1_000);
  }
  expect(late).toEqual([true, false, true, false, true]);
});
