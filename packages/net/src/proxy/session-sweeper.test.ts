// Sessions whose time is over are dropped, and while there is none that can be, there is no timer.
import { DEFAULT_HASH_KEY, SessionTable, TargetPool } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionSweeper } from './session-sweeper.ts';

const EXPIRY = 10_000;
const INTERVAL = 1_000;
const DAY = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const sessions = new SessionTable({ expiry: EXPIRY, limit: 1_000_000 });
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets([{ host: '10.0.0.1', port: 80 }]);
  const [target] = pool.targets;
  if (!target) throw new Error('no target');
  const sweeper = new SessionSweeper(sessions, INTERVAL);
  const hold = (key: string) => sessions.hold(key, target, performance.now());
  const release = (session: ReturnType<typeof hold>): void => {
    sessions.release(session, performance.now());
    sweeper.wake();
  };
  return { sessions, target, sweeper, hold, release };
}

it('has no timer while no session is idle', () => {
  const { sweeper, hold } = setUp();
  sweeper.wake();
  hold('a');
  sweeper.wake();
  expect(vi.getTimerCount()).toBe(0);
});

it('drops each session within an interval after its time, and rests when there is none left', () => {
  const { sessions, hold, release } = setUp();
  release(hold('a'));
  vi.advanceTimersByTime(100);
  release(hold('b'));
  vi.advanceTimersByTime(EXPIRY - 101);
  expect(sessions.size).toBe(2);
  vi.advanceTimersByTime(1);
  expect(sessions.size).toBe(1);
  vi.advanceTimersByTime(INTERVAL);
  expect(sessions.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('goes on while a session is live again', () => {
  const { sessions, hold, release } = setUp();
  release(hold('a'));
  vi.advanceTimersByTime(5_000);
  const again = hold('a');
  vi.advanceTimersByTime(60_000);
  expect(sessions.size).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
  release(again);
  vi.advanceTimersByTime(EXPIRY);
  expect(sessions.size).toBe(0);
});

it('goes by another expiry, and by sessions that were idle elsewhere, once it is started again', () => {
  const { sessions, target, sweeper, hold, release } = setUp();
  release(hold('a'));
  sessions.configure({ expiry: 2_000 });
  sweeper.restart(500);
  vi.advanceTimersByTime(2_000);
  expect(sessions.size).toBe(0);

  release(hold('b'));
  vi.advanceTimersByTime(100);
  sessions.adopt('c', target, performance.now() - 1_900, performance.now());
  sweeper.restart();
  vi.advanceTimersByTime(500);
  expect(sessions.find('c', performance.now() - 1_900)).toBeUndefined();
  expect(sessions.size).toBe(1);
  sweeper.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps a session for 100 days, which is longer than a timer of Node can wait, and looks rarely', () => {
  const { sessions, sweeper, hold, release } = setUp();
  sessions.configure({ expiry: 100 * DAY });
  release(hold('a'));
  let looks = 0;
  const sweep = sessions.sweep.bind(sessions);
  sessions.sweep = (now) => {
    looks += 1;
    sweep(now);
  };
  for (const passes of [60_000, 100 * DAY - 60_001]) {
    vi.advanceTimersByTime(passes);
    expect([sessions.size, looks]).toEqual([1, 0]);
  }
  vi.advanceTimersByTime(INTERVAL);
  expect([sessions.size, looks]).toEqual([0, 1]);
  sweeper.stop();
});
