import { describe, expect, it } from 'vitest';
import { BalancerError, errorCode, errorMessage } from './errors.ts';

describe('an error of the balancer', () => {
  it('has a code, a source, a cause, and says whether to try again', () => {
    const cause = new Error('why');
    const error = new BalancerError('what', { code: 'CODE', source: 'internal', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'BalancerError', message: 'what', code: 'CODE', retry: false, cause });
  });
});

it('finds the code of whatever was thrown', () => {
  expect(errorCode(Object.assign(new Error('no'), { code: 'EPIPE' }))).toBe('EPIPE');
  expect([new Error('no'), { code: 5 }, 'text', undefined, null].map(errorCode)).toEqual(Array(5).fill('UNKNOWN'));
});

it('finds the message of whatever was thrown', () => {
  expect([new Error('no'), 'text', undefined, 7].map(errorMessage)).toEqual(['no', 'text', 'undefined', '7']);
});
