// Numbers with their units, for people.
import type { Unit } from '../figures/figure.ts';

/** The rounding that leaves three digits or so. */
function rounded(value: number): string {
  const size = Math.abs(value);
  const whole = size >= 100 ? value.toFixed(0) : value.toFixed(size >= 10 ? 1 : 2);
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

const WORDS: Readonly<Record<Unit, { readonly unit: string; readonly scale: number }>> = {
  us: { unit: 'µs', scale: 1 },
  ms: { unit: 'ms', scale: 1 },
  bytes: { unit: 'kB', scale: 1000 },
  MB: { unit: 'MB', scale: 1 },
};

/** Such as `12.7 µs`. */
export function formatValue(value: number, unit: Unit): string {
  const { unit: word, scale } = WORDS[unit];
  return `${rounded(value / scale)} ${word}`;
}

/** Such as `12.1 to 13.0`, in the same unit as `formatValue`. */
export function formatSpread(least: number, most: number, unit: Unit): string {
  const { scale } = WORDS[unit];
  return `${rounded(least / scale)} to ${rounded(most / scale)}`;
}

/** Such as `1.02 x`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} x`;
}

/** Such as `+3 %`. */
export function formatGrowth(from: number, to: number): string {
  const percent = Math.round((to / from - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
