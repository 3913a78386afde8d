import { expect, it } from 'vitest';
import { LogThrottle } from './log.ts';

it('lets one message of a kind through in each interval, with the number of those left out', () => {
  const throttle = new LogThrottle(1_000);
  expect([0, 1, 999].map((now) => throttle.pass('a', now))).toEqual([0, undefined, undefined]);
  expect(throttle.pass('a', 1_000)).toBe(2);
  expect(throttle.pass('a', 1_001)).toBeUndefined();
  expect(throttle.pass('a', 90_000)).toBe(1);
  expect(throttle.pass('a', 95_000)).toBe(0);
});

it('tells kinds apart', () => {
  const throttle = new LogThrottle(1_000);
  expect(['a', 'b', 'a'].map((kind) => throttle.pass(kind, 0))).toEqual([0, 0, undefined]);
});
