import { beforeEach, describe, expect, it } from 'vitest';
import type { TargetRecord } from '../targets/target-record.ts';
import { health, poolOf, targetOf } from '../testing/targets.ts';
import { belonging, knownPlace } from './belonging.ts';

let pool = poolOf('abc');
let [a, b, c] = [targetOf(pool, 'a'), targetOf(pool, 'b'), targetOf(pool, 'c')];
beforeEach(() => {
  pool = poolOf('abc');
  [a, b, c] = [targetOf(pool, 'a'), targetOf(pool, 'b'), targetOf(pool, 'c')];
});

/** A client whose home is a, and whose connection has tried these. */
const client = (...tried: unknown[]) => ({ home: a, expected: a, tried: (target: unknown) => tried.includes(target) });

const full = (target: TargetRecord) =>
  Object.assign(target, { options: { ...target.options, maxConnections: 1 }, elsewhere: () => 1 });

describe('a client of one process that has reached a target', () => {
  it('stays there without a session, or where its session is', () => {
    expect(belonging(client(), b, undefined, undefined, false)).toBe('place');
    expect(belonging(client(a), b, undefined, undefined, false)).toBe('place');
    expect(belonging(client(), b, b, undefined, false)).toBe('place');
  });

  it('goes to where its session is, unless that was passed over: then it is a guest', () => {
    expect(belonging(client(), b, c, undefined, false)).toBe('elsewhere');
    expect(belonging(client(c), b, c, undefined, false)).toBe('guest');
    full(c);
    expect(belonging(client(), b, c, undefined, false)).toBe('guest');
  });

  it('is let go by a target that was taken out of use meanwhile', () => {
    b.mode = 'disabled';
    expect(belonging(client(), b, undefined, undefined, false)).toBe('elsewhere');
    b.mode = 'draining';
    expect(belonging(client(), b, undefined, undefined, false)).toBe('place');
  });
});

describe('a client of one of many processes that has reached a target', () => {
  it('goes where others look for it, unless that was passed over: then it claims the target', () => {
    expect(belonging(client(), b, undefined, undefined, true)).toBe('elsewhere');
    expect(belonging(client(a), b, undefined, undefined, true)).toBe('claim');
    expect(belonging(client(), a, undefined, undefined, true)).toBe('place');
    full(a);
    expect(belonging(client(), b, undefined, undefined, true)).toBe('claim');
  });

  it('stays when its home is suspended', () => {
    health.suspend(a, 0);
    expect(belonging(client(), b, undefined, undefined, true)).toBe('place');
  });

  it('is a guest where its session is known to be elsewhere', () => {
    expect(belonging(client(c), b, undefined, c, true)).toBe('guest');
    expect(belonging(client(), b, undefined, c, true)).toBe('elsewhere');
  });

  it('stays where its session is, also if that is suspended and it was reached for want of another', () => {
    health.suspend(b, 0);
    full(a);
    expect(belonging(client(), b, undefined, b, true)).toBe('place');
    expect(belonging(client(), b, b, undefined, true)).toBe('place');
    expect(belonging(client(), b, b, c, true)).toBe('elsewhere');
  });

  it('stays without a claim if its own target is suspended, which may be back before the claim is answered', () => {
    health.suspend(b, 0);
    expect(belonging(client(a), c, b, undefined, true)).toBe('place');
    expect(belonging(client(a), c, undefined, b, true)).toBe('place');
    b.mode = 'removed';
    expect(belonging(client(a), c, b, undefined, true)).toBe('claim');
  });

  it('is not looked for under an earlier list if its session is known, though its target is suspended', () => {
    const moved = { home: b, expected: a, tried: (target: unknown) => target === c };
    a.mode = 'draining';
    health.suspend(c, 0);
    expect(belonging(moved, b, undefined, c, true)).toBe('place');
    expect(belonging(moved, b, c, undefined, true)).toBe('place');
    expect(belonging(moved, b, undefined, undefined, true)).toBe('elsewhere');
  });

  it('is let go by a target that was taken out of use meanwhile', () => {
    health.suspend(a, 0);
    b.mode = 'removed';
    expect(belonging(client(), b, undefined, undefined, true)).toBe('elsewhere');
  });
});

it('takes the session of a client to be where all have agreed that it is, rather than where this process remembers it', () => {
  expect([knownPlace(b, c), knownPlace(b, undefined), knownPlace(undefined, c)]).toEqual([c, b, c]);
  full(c);
  expect(knownPlace(b, c)).toBe(c);
  health.suspend(c, 0);
  expect([knownPlace(b, c), knownPlace(undefined, c)]).toEqual([b, undefined]);
});
