// This version beside another commit of it, measured in the same rounds. A difference within the spread is none.
import type { Column } from '../figures/figure.ts';
import type { Summary } from '../statistics.ts';
import { formatGrowth, formatSpread, formatValue } from './format.ts';
import { measuredColumns, type Results, summaryOf } from './results.ts';
import { table } from './table.ts';

/** Whether the medians differ by no more than one of the two varied from round to round. */
export function isNoise(before: Summary, after: Summary): boolean {
  const spread = Math.max(before.most - before.least, after.most - after.least);
  return Math.abs(after.median - before.median) <= spread;
}

/** A table for each balancer that was measured at both commits; empty without `against`. */
export function comparison(results: Results): string {
  const { against } = results;
  if (against === undefined) return '';
  const parts = against.pairs.map(({ before, after }) => {
    const rows = measuredColumns(results).flatMap((column) => row(results, column, before, after));
    if (rows.length === 0) return '';
    const title = results.balancers.find(({ name }) => name === after)?.title ?? after;
    return `## ${title}: against ${against.commit}\n\n${table([['', 'before', 'after', 'difference'], ...rows])}`;
  });
  return parts.filter((part) => part !== '').join('\n\n');
}

function row(results: Results, { key, title, unit }: Column, before: string, after: string): string[][] {
  const [old, now] = [summaryOf(results, before, key), summaryOf(results, after, key)];
  if (old === undefined || now === undefined) return [];
  const cell = ({ median, least, most }: Summary) =>
    `${formatValue(median, unit)} (${formatSpread(least, most, unit)})`;
  const difference = isNoise(old, now) ? 'no difference' : formatGrowth(old.median, now.median);
  return [[title, cell(old), cell(now), difference]];
}
