import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeLog } from '../../testing/fake-log.ts';
import type { FromPrimary } from '../daemon-messages.ts';
import { PrimaryWatch } from './primary-watch.ts';

const LOOK = 1_000;
const STARTED = { type: 'started', index: 0, port: 80, pid: 7, modes: [], unresolved: [] } as const;

/** ms that the clock is ahead of the timers, as after pauses of this process. */
let paused: number;

beforeEach(() => {
  vi.useFakeTimers();
  paused = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + paused);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function watched() {
  const log = fakeLog();
  const kill = vi.fn(() => true);
  const watch = new PrimaryWatch({ pid: 7, kill, configPath: '/etc/c.json', logPath: '/var/log/lb', log });
  const silent = (seconds: number) => void vi.advanceTimersByTime(seconds * LOOK);
  const alive = (seconds: number) => {
    for (let n = 0; n < seconds; n += 1) {
      watch.received({ type: 'alive' });
      silent(1);
    }
  };
  return { log, kill, watch, silent, alive };
}

function settings(workerTimeoutMs: number): FromPrimary {
  return { type: 'settings', shutdownTimeoutMs: 0, workerTimeoutMs, fingerprint: 'f' };
}

function started(workerTimeout: number) {
  const all = watched();
  all.watch.received(settings(workerTimeout));
  all.watch.received(STARTED);
  all.silent(1);
  return all;
}

it('leaves alone a primary that beats', () => {
  const { log, kill, alive } = started(1);
  alive(500);
  expect([log.lines, kill.mock.calls]).toEqual([[], []]);
});

it('warns after workerTimeout, kills after the longest silence, once, and says both', () => {
  const { log, kill, watch, silent } = started(10_000);
  silent(9);
  expect(log.lines).toEqual([]);
  silent(50);
  const warning = 'warn: the primary (pid 7) has not responded for 10 s; it is killed after 60 s';
  expect([log.lines, kill.mock.calls.length, watch.killed]).toEqual([[warning], 0, undefined]);
  silent(100);
  expect(kill).toHaveBeenCalledOnce();
  expect(log.lines).toEqual([warning, 'error: the primary (pid 7) has not responded for 60 s and is killed']);
  expect(watch.killed).toBe(
    'The primary (pid 7) has not responded for 60 s and was killed. A file system may not respond: check those of the config /etc/c.json, the files that it names, and the log /var/log/lb, then start again.',
  );
});

it('waits three times as long as workerTimeout if that is longer', () => {
  const { kill, silent } = started(30_000);
  silent(89);
  expect(kill).not.toHaveBeenCalled();
  silent(1);
  expect(kill).toHaveBeenCalledOnce();
});

it('says that one which has been silent responds again, and counts from 0 then', () => {
  const { log, kill, silent, alive } = started(10_000);
  for (let n = 0; n < 2; n += 1) {
    silent(59);
    alive(1);
  }
  expect(kill).not.toHaveBeenCalled();
  const warning = 'warn: the primary (pid 7) has not responded for 10 s; it is killed after 60 s';
  const end = 'info: the primary (pid 7) responds again';
  expect(log.lines).toEqual([warning, end, warning, end]);
});

it('does not warn because of a beat that comes just after a look', () => {
  const { log, silent, alive } = started(1);
  silent(1);
  alive(1);
  expect(log.lines).toEqual([]);
  silent(2);
  expect(log.lines).toHaveLength(1);
});

it('does nothing after the start with a workerTimeout of 0, and goes by the one that holds now', () => {
  const { log, kill, watch, silent, alive } = started(0);
  silent(1_000);
  expect([log.lines, kill.mock.calls]).toEqual([[], []]);
  watch.received(settings(10_000));
  alive(1);
  silent(60);
  expect(kill).toHaveBeenCalledOnce();
});

it('kills one that has not read its config within 30 s, although it beats, and names the file', () => {
  const { log, kill, watch, alive } = watched();
  alive(29);
  expect(kill).not.toHaveBeenCalled();
  alive(5);
  expect(kill).toHaveBeenCalledOnce();
  expect(log.lines).toEqual([
    'error: the primary (pid 7) has not read its config /etc/c.json within 30 s and is killed',
  ]);
  expect(watch.killed).toBe(
    'The primary (pid 7) has not read its config /etc/c.json within 30 s and was killed. Its file system may not respond: start again when "cat /etc/c.json" shows the file.',
  );
});

it.each([0, 10_000, 1_000_000])(
  'kills one that is silent for 60 s while it starts, with a workerTimeout of %i',
  (ms) => {
    const { kill, watch, silent, alive } = watched();
    alive(20);
    watch.received(settings(ms));
    alive(100);
    silent(59);
    expect(kill).not.toHaveBeenCalled();
    silent(1);
    expect(kill).toHaveBeenCalledOnce();
    expect(watch.killed).toContain('has not responded for 60 s');
  },
);

it.each([
  ['has read its config', () => started(10_000), 60],
  ['reads its config', watched, 30],
])('does not count the look after a pause of the supervisor while the primary %s', (_, begin, bound) => {
  const { kill, silent } = begin();
  for (let n = 0; n < 3; n += 1) {
    paused += 120_000;
    silent(1); // late, so not counted
    silent(1);
  }
  silent(bound - 4);
  expect(kill).not.toHaveBeenCalled();
  silent(1);
  expect(kill).toHaveBeenCalledOnce();
});

it('watches on where it may not kill: it tries once in each silence, and says when the primary responds again', () => {
  const { log, kill, watch, silent, alive } = started(10_000);
  kill.mockReturnValue(false);
  for (let n = 1; n < 3; n += 1) {
    silent(200);
    expect(kill).toHaveBeenCalledTimes(n);
    alive(1);
  }
  const warning = 'warn: the primary (pid 7) has not responded for 10 s; it is killed after 60 s';
  const end = 'info: the primary (pid 7) responds again';
  expect(log.lines).toEqual([warning, end, warning, end]);
  expect(watch.killed).toBeUndefined();
});

it('kills nobody once it is stopped', () => {
  const { log, kill, watch, silent } = started(10_000);
  silent(40);
  watch.stop();
  silent(100);
  expect(kill).not.toHaveBeenCalled();
  expect(log.lines).toHaveLength(1);
});
