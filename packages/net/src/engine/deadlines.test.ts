// When deadlines are looked at: not before the soonest, after a poll, and also by a process that is busy all the time.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deadlines, type Guarded } from './deadlines.ts';

const INTERVAL = 25;
const DAY = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Deadlines, and what is guarded by them; the polls are the test's. */
function setUp(poll: (action: () => void) => void = (action) => action()) {
  let looks = 0;
  const deadlines = new Deadlines(INTERVAL, (action) => {
    looks += 1;
    poll(action);
  });
  const expired: string[] = [];
  const guard = (name: string, after: number) => {
    const guarded = {
      slot: -1,
      deadline: performance.now() + after,
      expired: () => void expired.push(name),
    } satisfies Guarded;
    deadlines.add(guarded);
    return guarded;
  };
  return { deadlines, expired, guard, looks: () => looks };
}

/** A callback of something else that takes long. */
function beBusy(time: number): void {
  const end = performance.now() + time;
  vi.spyOn(performance, 'now').mockReturnValue(end);
}

it('ends what is over, within an interval', () => {
  const { expired, guard } = setUp();
  guard('soon', 30);
  guard('now', 0);
  guard('later', 500);
  vi.advanceTimersByTime(INTERVAL);
  expect(expired).toEqual(['now']);
  vi.advanceTimersByTime(INTERVAL);
  expect(expired).toEqual(['now', 'soon']);
  vi.advanceTimersByTime(450);
  expect(expired).toEqual(['now', 'soon', 'later']);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([30_000, 100 * DAY])('does not look before the soonest is due in %d ms, but for the longest timer', (after) => {
  const { expired, guard, looks } = setUp();
  guard('far', after);
  for (const passes of [10_000, after - 10_001]) {
    vi.advanceTimersByTime(passes);
    expect(looks()).toBeLessThan(5);
    expect(expired).toEqual([]);
  }
  vi.advanceTimersByTime(INTERVAL + 1);
  expect(expired).toEqual(['far']);
});

it('looks sooner for what is added later and is due sooner, or has come closer', () => {
  const { deadlines, expired, guard } = setUp();
  const moving = guard('moving', 60_000);
  guard('soon', 100);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(['soon']);
  moving.deadline = performance.now() + 200;
  deadlines.add(moving);
  vi.advanceTimersByTime(200);
  expect(expired).toEqual(['soon', 'moving']);
});

it('goes on guarding what has moved to a later time, and not what was taken out', () => {
  const { deadlines, expired, guard } = setUp();
  const moving = guard('moving', 100);
  deadlines.delete(guard('gone', 100));
  moving.deadline += 1_000;
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(100 + INTERVAL);
  expect(expired).toEqual(['moving']);
});

it('ends nothing whose answer came before the poll', () => {
  const polls: (() => void)[] = [];
  const { deadlines, expired, guard } = setUp((action) => polls.push(action));
  const answered = guard('answered', 10);
  guard('silent', 10);
  vi.advanceTimersByTime(INTERVAL);
  expect(expired).toEqual([]);
  deadlines.delete(answered);
  polls[0]?.();
  expect(expired).toEqual(['silent']);
});

it('leaves out one look after a standstill, and only one', () => {
  const { expired, guard } = setUp();
  guard('over', 100);
  beBusy(10_000);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([]);
  beBusy(10_000); // again, before the look that was put off
  vi.advanceTimersByTime(INTERVAL);
  expect(expired).toEqual(['over']);
});
