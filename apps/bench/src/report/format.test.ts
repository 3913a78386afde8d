import { expect, it } from 'vitest';
import { formatGrowth, formatRatio, formatSpread, formatValue } from './format.ts';

it('keeps three digits or so', () => {
  expect(formatValue(12.678, 'us')).toBe('12.7 µs');
  expect(formatValue(3380, 'bytes')).toBe('3.38 kB');
  expect(formatValue(1234.5, 'ms')).toBe('1,235 ms');
  expect(formatValue(1_234_567, 'us')).toBe('1,234,567 µs');
  expect(formatSpread(3380, 12_345, 'bytes')).toBe('3.38 to 12.3');
});

it('writes ratios and growth', () => {
  expect(formatRatio(1.017)).toBe('1.02 x');
  expect(formatGrowth(10, 11)).toBe('+10 %');
  expect(formatGrowth(10, 9.5)).toBe('-5 %');
  expect(formatGrowth(10, 10.01)).toBe('0 %');
});
