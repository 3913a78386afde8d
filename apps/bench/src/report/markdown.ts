// The results as Markdown: a summary, each figure with its spread, and how the figures grow.
import type { Column } from '../figures/figure.ts';
import { comparison } from './comparison.ts';
import { formatGrowth, formatRatio, formatSpread, formatValue } from './format.ts';
import { measuredColumns, type Results, ratioOf, summaryOf } from './results.ts';
import { table } from './table.ts';

export function markdown(results: Results): string {
  const { machine, settings } = results;
  const parts = [
    '# What the balancer costs',
    `${results.date.slice(0, 10)}, ${machine.cores} x ${machine.cpu}, ${machine.memory}, ${machine.system}. ` +
      `Workers of each balancer: ${settings.workers}. Rounds: ${settings.rounds}, of about ${settings.seconds} s a figure.`,
    failures(results),
    comparison(results),
    summary(results),
    '![The same as a chart](results.svg)',
    growth(results),
    ...measuredColumns(results).map((column) => details(results, column)),
    versions(results),
    list(results.notes),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Only what the reader asks first: medians, and how they compare. */
export function summary(results: Results): string {
  const columns = measuredColumns(results).filter(({ main }) => main);
  if (columns.length === 0) return '';
  const rows = results.balancers.map(({ name, title }) => [
    title,
    ...columns.map((column) => cell(results, name, column)),
  ]);
  const reference = results.balancers.find(({ name }) => name === results.reference)?.title;
  const text =
    reference === undefined ? 'Medians.' : `Medians, and in brackets how many times ${reference}'s in the same run.`;
  return `${text} Less is better.\n\n${table([['', ...columns.map(({ title }) => title)], ...rows])}`;
}

/** The main figures with their spreads, narrow enough for a terminal. */
export function mainDetails(results: Results): string {
  const columns = measuredColumns(results).filter(({ main }) => main);
  return [...columns.map((column) => details(results, column)), growth(results), comparison(results)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function cell(results: Results, balancer: string, { key, unit }: Column): string {
  const found = summaryOf(results, balancer, key);
  if (found === undefined) return '';
  const ratio = ratioOf(results, balancer, key);
  return `${formatValue(found.median, unit)}${ratio === undefined ? '' : ` (${formatRatio(ratio)})`}`;
}

function growth(results: Results): string {
  const wanted = results.growth.filter(({ from }) => measuredColumns(results).some(({ key }) => key === from));
  if (wanted.length === 0) return '';
  const rows = results.balancers.map(({ name, title }) => [
    title,
    ...wanted.map(({ from, to }) => {
      const [before, after] = [summaryOf(results, name, from), summaryOf(results, name, to)];
      const unit = results.columns.find(({ key }) => key === from)?.unit;
      if (before === undefined || after === undefined || unit === undefined) return '';
      const values = `${formatValue(before.median, unit)} to ${formatValue(after.median, unit)}`;
      return `${values} (${formatGrowth(before.median, after.median)})`;
    }),
  ]);
  const shown = rows.filter(([, ...cells]) => cells.some((text) => text !== ''));
  return `## Growth\n\n${table([['', ...wanted.map(({ title }) => title)], ...shown])}`;
}

function details(results: Results, { key, title, unit }: Column): string {
  const rows = results.balancers.flatMap(({ name, title: balancer }) => {
    const found = summaryOf(results, name, key);
    if (found === undefined) return [];
    const ratio = ratioOf(results, name, key);
    const spread = formatSpread(found.least, found.most, unit);
    return [[balancer, formatValue(found.median, unit), spread, ratio === undefined ? '' : formatRatio(ratio)]];
  });
  const reference = results.balancers.find(({ name }) => name === results.reference)?.title;
  const heading = ['', 'median', 'least to most', reference === undefined ? '' : `to ${reference}`];
  return `## ${title}\n\n${table([heading, ...rows])}`;
}

function versions(results: Results): string {
  const rows = results.balancers.map(({ title, version }) => [title, version]);
  return `## Versions\n\n${table([['', 'version'], ...rows])}`;
}

function failures(results: Results): string {
  return results.failures.length === 0
    ? ''
    : `**Something failed; these results are incomplete:**\n\n${list(results.failures)}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
