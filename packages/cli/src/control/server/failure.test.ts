import { BalancerError, errorCode } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { statusOf } from './failure.ts';

describe('the HTTP status of an error', () => {
  it.each(['constructor', 'toString', '__proto__'])(
    'is known for the code %s, which a controller may throw',
    (code) => {
      expect(statusOf(Object.assign(new Error('no'), { code }))).toBe(500);
      expect(statusOf(new BalancerError('no', { code: errorCode({ code }) }))).toBe(409);
    },
  );
});
