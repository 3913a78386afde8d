import { expect, it } from 'vitest';
import { percentile, summarize, withWaiting } from './statistics.ts';

it('takes the middle value, or the mean of the two', () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, count: 3 });
  expect(summarize([4, 1, 2, 10])).toEqual({ median: 3, least: 1, most: 10, count: 4 });
  expect(() => summarize([])).toThrow('no values');
});

it('sorts by number, and leaves the values as they were', () => {
  const values = [10, 9, 100];
  expect(summarize(values).median).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

it('gives the smallest value that covers a share', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0)).toBe(7);
  expect(() => percentile([], 0.5)).toThrow('no values');
});

it('counts the requests that waited while one was late', () => {
  expect(withWaiting([50, 100], 100)).toEqual([50, 100]);
  expect(withWaiting([350, 20], 100)).toEqual([350, 250, 150, 50, 20]);
});
