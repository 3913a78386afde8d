// Hash values as text, for frozen literals.
import type { Hash } from '../hashing/hash.ts';

const word = (value: number): string => value.toString(16).padStart(8, '0');

/** Sixteen hexadecimal digits, the high half first. */
export function hex(hash: Hash): string {
  return word(hash.high) + word(hash.low);
}
