// Durations at the borders of their units.
import { expect, it } from 'vitest';
import { durationText } from './duration.ts';

it.each([
  [0, '0 s'],
  [0.9, '0 s'],
  [1, '1 s'],
  [59, '59 s'],
  [60, '1 min'],
  [61, '1 min 1 s'],
  [3_599, '59 min 59 s'],
  [3_600, '1 h'],
  [3_659, '1 h'],
  [3_660, '1 h 1 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [90_061, '1 d 1 h'],
  [864_000, '10 d'],
])('says %d s as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
