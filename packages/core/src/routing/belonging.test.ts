import { beforeEach, describe, expect, it } from 'vitest';
import { health, poolOf, targetOf } from '../testing/targets.ts';
import { belonging } from './belonging.ts';

let pool = poolOf('abc');
let [a, b, c] = [targetOf(pool, 'a'), targetOf(pool, 'b'), targetOf(pool, 'c')];
beforeEach(() => {
  pool = poolOf('abc');
  [a, b, c] = [targetOf(pool, 'a'), targetOf(pool, 'b'), targetOf(pool, 'c')];
});

/** A client whose home is a, and whose connection has tried these. */
const client = (...tried: unknown[]) => ({ expected: a, tried: (target: unknown) => tried.includes(target) });

describe('a client of one process that has reached a target', () => {
  it('stays there without a session, or where its session is', () => {
    expect(belonging(client(), b, undefined, undefined, false)).toBe('place');
    expect(belonging(client(), b, b, undefined, false)).toBe('place');
  });

  it('goes to where its session is, unless this connection has tried that: then it is a guest', () => {
    expect(belonging(client(), b, c, undefined, false)).toBe('elsewhere');
    expect(belonging(client(c), b, c, undefined, false)).toBe('guest');
  });

  it('takes the session with it from a target that is suspended', () => {
    health.suspend(c, 0);
    expect(belonging(client(), b, c, undefined, false)).toBe('place');
  });

  it('stays at a target that was taken out of use meanwhile', () => {
    b.mode = 'disabled';
    expect(belonging(client(), b, undefined, undefined, false)).toBe('place');
  });
});

describe('a client of one of many processes that has reached a target', () => {
  it('goes home, where others look for it, unless this connection has tried that', () => {
    expect(belonging(client(), b, undefined, undefined, true)).toBe('elsewhere');
    expect(belonging(client(a), b, undefined, undefined, true)).toBe('guest');
    expect(belonging(client(), a, undefined, undefined, true)).toBe('place');
  });

  it('stays when its home is suspended', () => {
    health.suspend(a, 0);
    expect(belonging(client(), b, undefined, undefined, true)).toBe('place');
  });

  it('goes where all have agreed that it is, rather than where this process remembers it', () => {
    expect(belonging(client(), b, b, c, true)).toBe('elsewhere');
    expect(belonging(client(), c, b, c, true)).toBe('place');
    health.suspend(c, 0);
    expect(belonging(client(), b, b, c, true)).toBe('place');
  });

  it('is a guest at a target that was taken out of use meanwhile', () => {
    health.suspend(a, 0);
    b.mode = 'removed';
    expect(belonging(client(), b, undefined, undefined, true)).toBe('guest');
  });
});
