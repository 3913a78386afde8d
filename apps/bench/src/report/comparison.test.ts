import { expect, it } from 'vitest';
import { comparison, isNoise } from './comparison.ts';
import { historyEntry } from './history.ts';
import { exampleResults } from './testing.ts';

const compared = {
  ...exampleResults,
  commit: 'bbb',
  against: { commit: 'aaa', pairs: [{ before: 'before-epoll', after: 'ours-epoll' }] },
  balancers: [...exampleResults.balancers, { name: 'before-epoll', title: 'ours (aaa)', version: '1' }],
  samples: { ...exampleResults.samples, 'before-epoll': { conn: [60, 58, 67], p99: [700, 710, 720] } },
};

it('says "no difference" where the medians differ by no more than the spread', () => {
  const text = comparison(compared);
  expect(text).toContain('## ours <epoll>: against aaa');
  expect(text).toMatch(
    /CPU per new connection \|\s+60\.0 µs \(58\.0 to 67\.0\) \|\s+66\.0 µs \(60\.0 to 69\.0\) \|\s+no difference/,
  );
  expect(text).toMatch(/Latency, p99 .*\+55 %/);
  expect(text).not.toContain('Memory, few');
});

it('compares nothing unless a commit was named', () => {
  expect(comparison(exampleResults)).toBe('');
});

it.each([
  [10, 12, true],
  [10, 16, false],
  [16, 10, false],
])('takes medians of %d and %d with a spread of 4 for the same: %s', (before, after, expected) => {
  const around = (median: number) => ({ median, least: median - 2, most: median + 2, count: 3 });
  expect(isNoise(around(before), around(after))).toBe(expected);
});

it('keeps a line of medians for the history', () => {
  expect(historyEntry(compared)).toMatchObject({
    commit: 'bbb',
    against: 'aaa',
    rounds: 3,
    medians: { 'ours-epoll': { conn: 66, p99: 1100 }, 'before-epoll': { conn: 60 } },
  });
});
