// The results as a chart: one panel of bars for each main figure. Readable on light and on dark backgrounds.
import type { Column } from '../figures/figure.ts';
import { formatRatio, formatValue } from './format.ts';
import { measuredColumns, type Results, ratioOf, summaryOf } from './results.ts';

const PANEL_WIDTH = 470;
const GAP = 20;
const LABEL_WIDTH = 175;
const VALUE_WIDTH = 120;
const ROW = 20;
const BAR = 13;
const HEADING = 30;
const LEGEND = 30;

const STYLE = `
    svg { color-scheme: light dark; }
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; font-size: 13px; }
    .value { fill: #59636e; }
    .bar { fill: #afb8c1; }
    .reference { fill: #6e7781; }
    .ours { fill: #0969da; }
    .notch { stroke: #ffffff; stroke-width: 2; }
    .spread { stroke: #1f2328; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .value { fill: #9198a1; }
      .bar { fill: #3d444d; }
      .reference { fill: #656c76; }
      .ours { fill: #4493f8; }
      .notch { stroke: #0d1117; }
      .spread { stroke: #f0f6fc; }
    }
  `;

export function svg(results: Results): string {
  const columns = measuredColumns(results).filter(({ main }) => main);
  const shown = columns.map((column) => ({
    column,
    balancers: results.balancers.filter(({ name }) => summaryOf(results, name, column.key)),
  }));
  const heights = shown.map(({ balancers }) => HEADING + balancers.length * ROW + GAP);
  const lines = Math.ceil(shown.length / 2);
  const tops = Array.from({ length: lines + 1 }, (_, line) =>
    Array.from({ length: line }, (_, above) => Math.max(heights[above * 2] ?? 0, heights[above * 2 + 1] ?? 0)).reduce(
      (sum, height) => sum + height,
      0,
    ),
  );
  const width = 2 * PANEL_WIDTH + GAP;
  const bottom = tops[lines] ?? 0;
  const height = bottom + LEGEND;
  const reference = results.balancers.find(({ name }) => name === results.reference)?.title;
  const notch = reference === undefined ? '' : ` The notch in a longer bar is where ${reference}'s ends.`;
  const legend = `Medians, with the spread of the rounds as a line. Less is better.${notch}`;
  const panels = shown.map(({ column, balancers }, index) => {
    const x = (index % 2) * (PANEL_WIDTH + GAP);
    const names = balancers.map(({ name, title }) => ({ name, title }));
    return `<g transform="translate(${x} ${tops[index >> 1]})">${panel(results, column, names)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>What each balancer costs: medians, less is better</title>',
    `<style>${STYLE}</style>`,
    ...panels,
    `<text class="value" x="${LABEL_WIDTH}" y="${bottom + 10}">${escaped(legend)}</text>`,
    '</svg>\n',
  ].join('\n');
}

function panel(
  results: Results,
  { key, title, unit }: Column,
  balancers: readonly { name: string; title: string }[],
): string {
  const summaries = balancers.map(({ name }) => summaryOf(results, name, key));
  const longest = Math.max(...summaries.map((found) => found?.most ?? 0));
  const scale = (value: number) => round((value / longest) * (PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH));
  const reference = summaryOf(results, results.reference, key)?.median ?? Number.POSITIVE_INFINITY;
  const rows = balancers.map(({ name, title: label }, index) => {
    const found = summaries[index];
    if (found === undefined) return '';
    const top = HEADING + index * ROW;
    const middle = top + BAR / 2;
    const ratio = ratioOf(results, name, key);
    const value = `${formatValue(found.median, unit)}${ratio === undefined ? '' : ` · ${formatRatio(ratio)}`}`;
    const [least, most] = [LABEL_WIDTH + scale(found.least), LABEL_WIDTH + scale(found.most)];
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${top + BAR - 2}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${kind(results, name)}" x="${LABEL_WIDTH}" y="${top}" width="${scale(found.median)}" height="${BAR}" rx="2"/>`,
      found.median > reference ? notchAt(LABEL_WIDTH + scale(reference), top) : '',
      `<path class="spread" d="M${least} ${middle}H${most}"/>`,
      `<text class="value" x="${Math.max(most, LABEL_WIDTH + scale(found.median)) + 6}" y="${top + BAR - 2}">${escaped(value)}</text>`,
    ].join('');
  });
  return `<text class="title" x="${LABEL_WIDTH}" y="16">${escaped(title)}</text>${rows.join('')}`;
}

function notchAt(x: number, top: number): string {
  return `<path class="notch" d="M${x} ${top}v${BAR}"/>`;
}

function kind(results: Results, balancer: string): string {
  if (balancer === results.reference) return 'reference';
  return balancer.startsWith('ours-') ? 'ours' : 'bar';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
