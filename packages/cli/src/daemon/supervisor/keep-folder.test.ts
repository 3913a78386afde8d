import { lstatSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeLog } from '../../testing/fake-log.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { keepFolder } from './keep-folder.ts';

const HOUR = 3_600_000;
const OLD = new Date('2020-01-01');

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval'] }));
afterEach(() => void vi.useRealTimers());

it('refreshes what is there once an hour, and logs once that a socket is gone and is not made again', () => {
  const folder = temporaryFolder();
  const path = join(folder, '3.sock');
  const log = fakeLog();
  const beKnown = vi.fn();
  let isServing = true;
  keepFolder({ folder, beKnown, serving: () => (isServing ? { index: 3, pid: 7 } : undefined), log });
  writeFileSync(path, '');
  utimesSync(path, OLD, OLD);
  vi.advanceTimersByTime(HOUR - 1);
  expect(beKnown).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(beKnown).toHaveBeenCalledOnce();
  expect(lstatSync(path).mtime > OLD).toBe(true);
  rmSync(path);
  vi.advanceTimersByTime(HOUR);
  writeFileSync(path, '');
  vi.advanceTimersByTime(HOUR);
  rmSync(path);
  isServing = false;
  vi.advanceTimersByTime(3 * HOUR);
  isServing = true;
  vi.advanceTimersByTime(HOUR);
  expect(log.lines).toEqual([]);
  vi.advanceTimersByTime(5 * HOUR);
  expect(log.lines).toEqual([
    `error: commands do not reach this balancer: its control socket ${path} was removed, and its primary cannot make it again; "kill -9 7" has another primary started that makes one`,
  ]);
});
