import { expect, it } from 'vitest';
import { BalancerError, errorCode, errorMessage } from './balancer-error.ts';
import { ERROR_CODES } from './error-codes.ts';

it('has a code, a cause, the source that goes with the code, and says whether to try again', () => {
  const cause = new Error('why');
  const error = new BalancerError('what', { code: 'STOPPING', cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'BalancerError', message: 'what', code: 'STOPPING', retryable: false, cause });
  expect(error.source).toBe('internal');
  expect(new BalancerError('what', { code: 'UNKNOWN_TARGET' }).source).toBe('config');
});

it("comes from this machine if it has the system's code and nothing else is said", () => {
  expect(new BalancerError('what', { code: 'EADDRINUSE' }).source).toBe('internal');
  expect(new BalancerError('what', { code: 'ECONNREFUSED', source: 'upstream' }).source).toBe('upstream');
});

it('has no cause if none was given', () => {
  expect(Object.hasOwn(new BalancerError('what', { code: 'STOPPED' }), 'cause')).toBe(false);
});

it('explains each code in a sentence', () => {
  for (const { meaning } of ERROR_CODES.values()) expect(meaning).toMatch(/^[A-Z].*\.$/);
});

it('finds the code of whatever was thrown', () => {
  expect(errorCode(Object.assign(new Error('no'), { code: 'EPIPE' }))).toBe('EPIPE');
  expect([new Error('no'), { code: 5 }, 'text', undefined, null].map(errorCode)).toEqual(Array(5).fill('UNKNOWN'));
});

it('finds the message of whatever was thrown', () => {
  expect([new Error('no'), 'text', undefined, 7].map(errorMessage)).toEqual(['no', 'text', 'undefined', '7']);
});
