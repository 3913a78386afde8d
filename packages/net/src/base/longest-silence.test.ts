import { expect, it } from 'vitest';
import { longestSilence } from './longest-silence.ts';

it.each([
  [0, 0],
  [1, 60_000],
  [20_000, 60_000],
  [20_001, 60_003],
])('makes of a workerTimeout of %i ms %i ms', (workerTimeout, longest) => {
  expect(longestSilence(workerTimeout)).toBe(longest);
});
