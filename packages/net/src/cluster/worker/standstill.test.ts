import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BEAT } from './heartbeat.ts';
import { Standstill } from './standstill.ts';

let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('is none while beats come, also late ones', () => {
  const standstill = new Standstill(() => {});
  for (const pause of [BEAT, BEAT, 2 * BEAT]) {
    now += pause;
    expect(standstill.look()).toBeUndefined();
    expect(standstill.beat()).toBeUndefined();
  }
});

it.each(['look', 'beat'] as const)('is noticed at a %s, and over once the channel has been read', async (how) => {
  const caughtUp = vi.fn();
  const standstill = new Standstill(caughtUp);
  now += 1_001;
  const catchingUp = standstill[how]();
  expect(catchingUp).toBeInstanceOf(Promise);
  expect(standstill.look()).toBe(catchingUp);
  expect(standstill.beat()).toBe(catchingUp);
  await setImmediate();
  // Node may have read the channel before this process stood still: it reads it again in the next turn.
  expect(caughtUp).not.toHaveBeenCalled();
  await catchingUp;
  expect(caughtUp).toHaveBeenCalledOnce();
  expect(standstill.look()).toBeUndefined();
});

it('is noticed each time', async () => {
  const caughtUp = vi.fn();
  const standstill = new Standstill(caughtUp);
  for (let n = 1; n < 3; n += 1) {
    now += 5_000;
    await standstill.look();
    expect(caughtUp).toHaveBeenCalledTimes(n);
  }
});
