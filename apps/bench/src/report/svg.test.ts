import { expect, it } from 'vitest';
import { svg } from './svg.ts';
import { exampleResults } from './testing.ts';

const chart = svg(exampleResults);

it('draws a bar for each value of the main figures', () => {
  expect(chart.match(/<rect /g)).toHaveLength(5);
  expect(chart.match(/class="ours"/g)).toHaveLength(2);
  expect(chart.match(/class="reference"/g)).toHaveLength(2);
  expect(chart).toContain('66.0 µs · 1.10 x');
  expect(chart).not.toContain('Memory');
});

it('is well-formed, whatever the names are', () => {
  expect(chart).toContain('ours &lt;epoll&gt;');
  expect(chart).not.toMatch(/NaN|undefined/);
  const tags = [...chart.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)].filter(([, , , single]) => single === '');
  const open: string[] = [];
  for (const [, closing, name = ''] of tags) {
    if (closing === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
});
