// Columns for people: no lines, a heading in capitals, numbers to the right.
import Table from 'cli-table3';

// biome-ignore lint/plugin: the keys are these
const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((place) => [place, '']),
);

export function tableText(
  headings: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const table = new Table({
    head: headings.map((heading) => heading.toUpperCase()),
    colAligns: headings.map((_, column) => (rows.every((row) => typeof row[column] === 'number') ? 'right' : 'left')),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map((cell) => cell ?? '-')));
  return table.toString().replace(/ +$/gm, '');
}
