import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ConnectLimits, candidateTime, isFailure, waitingTime } from './candidate-time.ts';

const defaults: ConnectLimits = { connectTimeout: 5_000, connectBudget: 15_000 };
const duration = fc.integer({ min: 1, max: 8_640_000_000 });
const others = { hasNext: () => true };
const none = { hasNext: () => false };

/** The times of candidates that are all silent, one after the other. */
function silentCandidates(limits: ConnectLimits, count: number): number[] {
  let left = limits.connectBudget;
  return Array.from({ length: count }, (_, n) => {
    const time = candidateTime(limits, left, n < count - 1 ? others : none, 0);
    left -= time;
    return time;
  });
}

it('gives each of three silent targets less than what is left, and the fourth the rest', () => {
  expect(silentCandidates(defaults, 4)).toEqual([5_000, 5_000, 2_500, 2_500]);
});

it('gives the second of them connectTimeout, too, though the first has taken a little longer', () => {
  expect(candidateTime(defaults, 9_950, others, 0)).toBe(5_000);
  expect(candidateTime(defaults, 8_990, others, 0)).toBe(4_495);
});

it('gives a single target connectTimeout, or the budget where that is shorter', () => {
  expect(candidateTime(defaults, 15_000, none, 0)).toBe(5_000);
  expect(candidateTime({ connectTimeout: 20_000, connectBudget: 15_000 }, 15_000, none, 0)).toBe(15_000);
});

it('gives the only target that is left all of the budget to wait for room, and others no more than else', () => {
  expect(waitingTime(defaults, 15_000, none, 0)).toBe(15_000);
  expect(waitingTime(defaults, 15_000, others, 0)).toBe(5_000);
  expect(waitingTime(defaults, 4_000, others, 0)).toBe(2_000);
});

it('takes silence for a failure after connectTimeout, or half of the budget, and not sooner', () => {
  expect([4_999, 5_000].map((time) => isFailure(defaults, time))).toEqual([false, true]);
  const short = { connectTimeout: 5_000, connectBudget: 5_000 };
  expect([2_499, 2_500].map((time) => isFailure(short, time))).toEqual([false, true]);
});

it('asks whether there are others only if the answer matters', () => {
  const hasNext = () => {
    throw new Error('asked');
  };
  expect(candidateTime(defaults, 10_000, { hasNext }, 0)).toBe(5_000);
});

it('leaves time for the candidates that are untried, whatever the options, and blames the first one that is silent', () => {
  fc.assert(
    fc.property(duration, duration, fc.integer({ min: 1, max: 12 }), (connectTimeout, connectBudget, count) => {
      const limits = { connectTimeout, connectBudget };
      let left = connectBudget;
      for (const [n, time] of silentCandidates(limits, count).entries()) {
        expect(time).toBeLessThanOrEqual(connectTimeout);
        if (n === 0) expect(isFailure(limits, time)).toBe(true);
        // Whole milliseconds: the last one of a budget cannot be shared.
        if (n < count - 1 && left > 1) expect(time).toBeLessThan(left);
        left -= time;
      }
    }),
  );
});
