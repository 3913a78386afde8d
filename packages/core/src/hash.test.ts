import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY, hashBytes } from './hash.ts';

it('x', () => {
  const h = hashBytes(
    DEFAULT_HASH_KEY,
    Array.from({ length: 15 }, (_, i) => i),
  );
  expect(h.high.toString(16) + h.low.toString(16).padStart(8, '0')).toBe('a129ca6149be45e5');
});
