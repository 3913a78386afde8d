import { expect, it } from 'vitest';
import { markdown, summary } from './markdown.ts';
import { exampleResults } from './testing.ts';

it('sums up by medians and ratios', () => {
  expect(summary(exampleResults)).toBe(
    [
      "Medians, and in brackets how many times HAProxy's in the same run. Less is better.",
      '',
      '|              | CPU per new connection |      Latency, p99 |',
      '| ------------ | ---------------------: | ----------------: |',
      '| ours <epoll> |       66.0 µs (1.10 x) | 1,100 µs (1.10 x) |',
      '| HAProxy      |                60.0 µs |          1,000 µs |',
      '| no balancer  |                        |   500 µs (0.50 x) |',
    ].join('\n'),
  );
});

it('says where and when, each spread, the growth and the notes', () => {
  const text = markdown(exampleResults);
  expect(text).toContain('2026-02-03, 2 x Some CPU, 4 GiB, Some Linux.');
  expect(text).toContain('| ours <epoll> | 66.0 µs |  60.0 to 69.0 |     1.10 x |');
  expect(text).toContain('10.0 MB to 15.0 MB (+50 %)');
  expect(text).toContain('- A note.');
  expect(text).not.toContain('Unmeasured');
  expect(text).not.toContain('failed');
});

it('says first that something failed', () => {
  const text = markdown({ ...exampleResults, failures: ['conn, haproxy: a request failed'] });
  expect(text.indexOf('a request failed')).toBeGreaterThan(0);
  expect(text.indexOf('a request failed')).toBeLessThan(text.indexOf('Medians'));
});
