import { expect, it } from 'vitest';
import { parseLog } from './h2load.ts';

it('reads its log, by the beginning of the requests', () => {
  expect(parseLog('2000\t200\t50\n1000\t200\t1500\n')).toEqual([
    { start: 1000, latency: 1500 },
    { start: 2000, latency: 50 },
  ]);
});

it('fails when a request failed', () => {
  expect(() => parseLog('1000\t-1\t50\n')).toThrow('a request failed');
  expect(() => parseLog('1000\t502\t50\n')).toThrow('a request failed');
  expect(() => parseLog('1000\n')).toThrow('a request failed');
});
