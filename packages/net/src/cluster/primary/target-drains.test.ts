import { DEFAULT_HASH_KEY, TargetPool, type TargetRecord } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TargetDrains } from './target-drains.ts';

const DAY = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(['a', 'b'].map((host) => ({ host, port: 80 })));
  const [a, b] = pool.targets as [TargetRecord, TargetRecord];
  const ended: string[] = [];
  const drains = new TargetDrains(({ id }) => ended.push(id));
  const look = (timeout: number): void => drains.look(pool.targets, timeout);
  return { a, b, ended, look };
}

it('ends the connections of a target that has drained long enough, once', () => {
  const { a, ended, look } = setUp();
  a.mode = 'draining';
  look(100);
  look(100);
  vi.advanceTimersByTime(99);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(ended).toEqual(['a:80']);
});

it('leaves those of a target alone that is back in use, and counts anew when it drains again', () => {
  const { a, ended, look } = setUp();
  a.mode = 'draining';
  look(100);
  a.mode = 'enabled';
  look(100);
  vi.advanceTimersByTime(200);
  expect(ended).toEqual([]);
  a.mode = 'draining';
  look(100);
  vi.advanceTimersByTime(100);
  expect(ended).toEqual(['a:80']);
});

it('sets no bound without a time-out', () => {
  const { a, ended, look } = setUp();
  a.mode = 'draining';
  look(0);
  vi.advanceTimersByTime(1_000_000);
  expect(ended).toEqual([]);
});

it('gives connections 100 days, which is longer than a timer of Node can wait', () => {
  const { a, ended, look } = setUp();
  a.mode = 'draining';
  look(100 * DAY);
  vi.advanceTimersByTime(99 * DAY);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(2 * DAY);
  expect(ended).toEqual(['a:80']);
});
