import { describe, expect, it } from 'vitest';
import {
  faultFinder,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
} from './message-faults.ts';

type Said = { readonly type: 'hello'; readonly name: string; readonly age?: number } | { readonly type: 'bye' };

const faultOf = faultFinder<Said>({ hello: { name: isText(5), age: isOptional(isCount) }, bye: {} });

/** A list in a list, and so on: deeper than a recursion can follow. */
function nested(depth: number): unknown {
  let list: unknown = [];
  for (let level = 1; level < depth; level += 1) list = [list];
  return list;
}

describe('a message', () => {
  it.each([
    { type: 'hello', name: 'Ada' },
    { type: 'hello', name: '', age: 0 },
    { type: 'hello', name: 'Ada', age: undefined, more: 1 },
    { type: 'bye' },
  ])('is right: %j', (message) => {
    expect(faultOf(message)).toBeUndefined();
  });

  it.each([
    [null, 'it is not an object'],
    [undefined, 'it is not an object'],
    ['bye', 'it is not an object'],
    [[{ type: 'bye' }], 'it is not an object'],
    [{}, 'it has no type'],
    [{ type: 'constructor' }, 'its type is not known: "constructor"'],
    [{ type: '__proto__' }, 'its type is not known: "__proto__"'],
    [{ type: { toString: (): string => 'bye' } }, 'its type is not text'],
    [{ type: nested(100_000) }, 'its type is not text'],
    [{ type: 'x'.repeat(1e6) }, `its type is not known: "${'x'.repeat(60)}"`],
    [{ type: 'hello' }, 'its type is "hello", and its "name" is missing or wrong'],
    [{ type: 'hello', name: 'longer' }, 'its type is "hello", and its "name" is missing or wrong'],
    [{ type: 'hello', name: 'Ada', age: -1 }, 'its type is "hello", and its "age" is missing or wrong'],
  ])('is wrong, and it is said how: %#', (message, fault) => {
    expect(faultOf(message)).toBe(fault);
  });
});

it.each([
  [isObject, [{}], [null, [], 'x', 1, undefined]],
  [isCount, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, Number.NaN, Infinity, 2 ** 60, '1', null]],
  [isDuration, [0, 0.5, 1e12], [-1, Number.NaN, Infinity, '1', null]],
  [isFlag, [true, false], [0, null, 'true']],
  [isText(2), ['', 'ab'], ['abc', 1, null, ['a']]],
  [isOneOf('a', true), ['a', true], ['b', 'true', 1, null]],
  [isOptional(isFlag), [undefined, true], [null]],
  [isListOf(isFlag, 2), [[], [true, false]], [[true, true, true], [1], { length: 0 }, 'x']],
  [isTupleOf(isFlag, isText(1)), [[true, '']], [[], [true], [true, '', ''], ['', true], {}]],
  [hasFields<{ a: boolean }>({ a: isFlag }), [{ a: true }], [{}, { a: 1 }, null, [true]]],
])('checks values: %#', (check, right, wrong) => {
  for (const value of right) expect([value, check(value)]).toEqual([value, true]);
  for (const value of wrong) expect([value, check(value)]).toEqual([value, false]);
});
