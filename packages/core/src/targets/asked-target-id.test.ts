import { expect, it } from 'vitest';
import { BalancerError } from '../errors/balancer-error.ts';
import { askedTargetId } from './asked-target-id.ts';

it.each([
  [{ host: 'localhost', port: 8000 }, undefined],
  [{}, Number.NaN],
  [undefined, undefined],
  ['localhost:8000', undefined],
  ['localhost', Number.NaN],
])('refuses %j and %j', (host, port) => {
  const ask = (): unknown => askedTargetId(host as string, port as number);
  expect(ask).toThrow(BalancerError);
  expect(ask).toThrow(/Give its host, a string, and its port, a number, as two arguments: \("127\.0\.0\.1", 8000\)\./);
});

it('takes a port that is written as text', () => {
  expect(askedTargetId('LOCALHOST', '8000' as never)).toBe('localhost:8000');
});
