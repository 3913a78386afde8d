// Tables as a terminal shows them.
import { expect, it } from 'vitest';
import { tableText } from './table.ts';

it('puts numbers to the right and words to the left, two spaces apart', () => {
  const text = tableText(
    ['name', 'count'],
    [
      ['a', 5],
      ['longer', 12_345],
    ],
  );
  expect(text).toBe(['NAME    COUNT', 'a           5', 'longer  12345'].join('\n'));
});

it('shows a dash for what is not known, and then aligns the column as words', () => {
  const text = tableText(
    ['name', 'count'],
    [
      ['a', undefined],
      ['b', 12],
    ],
  );
  expect(text).toBe(['NAME  COUNT', 'a     -', 'b     12'].join('\n'));
});

it('leaves no spaces at the end of a line, and adds no colours', () => {
  const text = tableText(
    ['name', 'path'],
    [
      ['a', '/long/path'],
      ['b', '/'],
    ],
  );
  expect(text.split('\n').filter((line) => line.endsWith(' '))).toEqual([]);
  expect(text).not.toContain('\u001b');
});
