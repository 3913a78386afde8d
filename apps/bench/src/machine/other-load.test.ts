import { expect, it } from 'vitest';
import { parseCpuTimes } from './other-load.ts';

it('reads the first line of /proc/stat', () => {
  const text = 'cpu  100 20 30 1000 50 4 6 7 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n';
  expect(parseCpuTimes(text)).toEqual({ busy: 160, stolen: 7, total: 1217 });
  expect(() => parseCpuTimes('')).toThrow('not a /proc/stat');
});
