import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONGEST_TIMER, setLongTimeout } from './long-timers.ts';

const DAY = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** How often an action has been called. */
function counter() {
  const action = vi.fn();
  return { action, calls: () => action.mock.calls.length };
}

describe('a long time-out', () => {
  it.each([0, 1, LONGEST_TIMER, LONGEST_TIMER + 1, 30 * DAY, 100 * DAY])('fires once after %d ms', (delay) => {
    const { action, calls } = counter();
    setLongTimeout(action, delay);
    vi.advanceTimersByTime(Math.max(delay - 1, 0));
    expect(calls()).toBe(delay === 0 ? 1 : 0);
    vi.advanceTimersByTime(6);
    expect(calls()).toBe(1);
    vi.advanceTimersByTime(200 * DAY);
    expect(calls()).toBe(1);
  });

  it('never fires once it is cleared, in whichever part', () => {
    const { action, calls } = counter();
    const timer = setLongTimeout(action, 100 * DAY);
    vi.advanceTimersByTime(60 * DAY);
    clearTimeout(timer);
    vi.advanceTimersByTime(100 * DAY);
    expect(calls()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a long time-out is no reason for the process to stay once it is unrefed', () => {
  vi.useRealTimers();
  expect(
    setLongTimeout(() => {}, 100 * DAY)
      .unref()
      .hasRef(),
  ).toBe(false);
});

it("is Node's own timer, which waits again in its callback", async () => {
  vi.useRealTimers();
  let calls = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      calls += 1;
      if (calls < 3) timer.refresh();
      else resolve();
    }, 1);
  });
  expect(calls).toBe(3);
});
