import { expect, it } from 'vitest';
import { MiddlewareFailures, totalFailures } from './middleware-failures.ts';

it('counts failures in a row, and keeps the last error when the row has ended', () => {
  const failures = new MiddlewareFailures();
  failures.endRow();
  expect(failures.status).toBeUndefined();
  failures.add('Error: a');
  failures.add('Error: b');
  expect(failures.status).toEqual({ inARow: 2, lastError: 'Error: b' });
  failures.endRow();
  expect(failures.status).toEqual({ inARow: 0, lastError: 'Error: b' });
});

it('adds up processes, and shows the error of one that fails now', () => {
  expect(totalFailures([undefined, undefined])).toBeUndefined();
  const parts = [
    { inARow: 0, lastError: 'old' },
    undefined,
    { inARow: 2, lastError: 'new' },
    { inARow: 1, lastError: 'x' },
  ];
  expect(totalFailures(parts)).toEqual({ inARow: 3, lastError: 'new' });
});
