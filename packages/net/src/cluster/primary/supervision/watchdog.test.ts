import type { BalancerError } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { later } from '../../../testing/cleanup.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import { CLUSTER_BYTES, Pulse } from '../../protocol/pulse.ts';
import { Watchdog, type WatchTimes } from './watchdog.ts';
import type { WorkerSlot, WorkerState } from './worker-slot.ts';

const LOOK = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A worker that does nothing by itself. */
class PlayedWorker {
  readonly index: number;
  readonly worker: number;
  pid: number | undefined;
  state: WorkerState = 'ready';
  beats = 0;
  isConnected = true;
  kills = 0;
  failures: BalancerError[] = [];
  readonly config: object;

  constructor(index: number, config: object) {
    this.index = index;
    this.config = config;
    this.worker = index + 10;
    this.pid = index + 100;
  }

  kill(): void {
    this.kills += 1;
  }

  fail(why: BalancerError): void {
    this.failures.push(why);
  }
}

function watched(workerTimeout: number, more: { times?: Partial<WatchTimes>; controller?: string } = {}) {
  const log = new FakeLog();
  const options = { workerTimeout, balancerControllerPath: more.controller };
  const workers = [new PlayedWorker(0, options), new PlayedWorker(1, options)] as const;
  const pulse = new Pulse(new ArrayBuffer(CLUSTER_BYTES), 0);
  const changes: boolean[][] = [];
  const watchdog = new Watchdog({
    log,
    times: more.times,
    slots: () => workers as unknown as WorkerSlot[],
    pulseOf: (worker) => (worker === 10 ? pulse : undefined),
    onChange: () => changes.push(workers.map(({ worker }) => watchdog.isSilent(worker))),
  });
  later(() => watchdog.stop());
  /** Looks so often, with the second worker alive. */
  const look = (times = 1): void => {
    for (let n = 0; n < times; n += 1) {
      workers[1].beats += 1;
      vi.advanceTimersByTime(LOOK);
    }
  };
  look();
  return { log, first: workers[0], second: workers[1], pulse, options, changes, look, watchdog };
}

it('takes a worker for silent at the first look that finds no new beat, until it beats again', () => {
  const { pulse, look, changes, log } = watched(0);
  look();
  pulse.beat();
  look();
  pulse.beat();
  look();
  look();
  look();
  expect(changes).toEqual([
    [true, false],
    [false, false],
    [true, false],
  ]);
  expect(log.lines).toEqual([]);
});

it('takes messages for beats, too', () => {
  const { first, look, changes } = watched(0);
  first.beats += 1;
  look();
  expect(changes).toEqual([]);
});

it('kills a worker that is silent for workerTimeout, once, and says what is known of it', () => {
  const { first, second, pulse, look, log } = watched(3_000, { controller: '/srv/c.js' });
  pulse.asking('192.0.2.7');
  look(2);
  expect(first.kills).toBe(0);
  look(5);
  expect([first.kills, second.kills]).toEqual([1, 0]);
  expect(log.lines).toEqual([
    'error: worker 0 (pid 100) has not responded for 3 s and is killed; it was asking the middleware of /srv/c.js about client 192.0.2.7',
  ]);
  expect(log.details).toEqual([
    { worker: 0, workerPid: 100, silentMs: 3_000, client: '192.0.2.7', controller: '/srv/c.js' },
  ]);
});

it('kills a draining worker, too', () => {
  const { first, pulse, look, log } = watched(2_000);
  pulse.asking('192.0.2.7'); // without a controller nobody is asked
  look();
  first.state = 'draining';
  look();
  expect(first.kills).toBe(1);
  expect(log.lines).toEqual(['error: worker 0 (pid 100) has not responded for 2 s and is killed']);
});

it('looks after nobody where there is no process, nor once it is stopped', () => {
  const { first, look, changes, log, watchdog } = watched(2_000);
  first.pid = undefined;
  look(5);
  first.pid = 100;
  look();
  watchdog.stop();
  look(5);
  expect([first.kills, changes, log.lines]).toEqual([0, [], []]);
});

it('begins anew with each beat', () => {
  const { first, pulse, look } = watched(3_000);
  for (let n = 0; n < 4; n += 1) {
    look(2);
    pulse.beat();
  }
  expect(first.kills).toBe(0);
});

it('rounds workerTimeout up to whole looks, and goes by the one that holds now', () => {
  const { first, options, look } = watched(0);
  look(100);
  expect(first.kills).toBe(0);
  options.workerTimeout = 101_001;
  look();
  expect(first.kills).toBe(0);
  look();
  expect(first.kills).toBe(1);
});

it('kills at its next look a worker that a shorter workerTimeout finds silent long since', () => {
  const { first, options, look } = watched(0);
  look(10);
  options.workerTimeout = 2_000;
  look(5);
  expect(first.kills).toBe(1);
});

it('counts looks and no time, so that a primary that was stopped kills nobody', () => {
  const { first, look, changes } = watched(2_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  look();
  expect([first.kills, changes.length]).toEqual([0, 1]);
});

it('does not count a look after a pause of all processes, but never leaves out two in a row', () => {
  const { first, second, look, changes } = watched(1_000);
  let paused = 0;
  const lateLook = () => {
    paused += 5_000;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + paused);
    look();
    clock.mockRestore();
  };
  lateLook();
  expect([first.kills, second.kills, changes]).toEqual([0, 0, []]);
  lateLook();
  expect([first.kills, second.kills]).toEqual([1, 0]);
});

it('kills a worker that beats and has closed its channel', () => {
  const { first, pulse, look, log } = watched(1_000);
  first.isConnected = false;
  pulse.beat();
  look();
  expect(first.kills).toBe(1);
  expect(log.lines).toEqual(['error: worker 0 (pid 100) has had no channel to the primary for 1 s and is killed']);
});

it('gives up a worker that is not ready within the deadline, and names its controller', () => {
  const { first, pulse, look, changes } = watched(1_000, { times: { loading: 4_000 }, controller: '/srv/c.js' });
  first.state = 'starting';
  look(); // the first look at it
  for (let n = 0; n < 3; n += 1) {
    pulse.beat();
    look();
  }
  expect([first.failures, first.kills, changes]).toEqual([[], 0, []]);
  look();
  expect(first.failures).toMatchObject([
    { code: 'CONTROLLER_LATE', message: /^The controller \/srv\/c.js has not finished loading within 4 s: worker 0 / },
  ]);
});

it('gives a second more for each worker that is starting', () => {
  const { first, second, look } = watched(1_000);
  first.state = second.state = 'starting';
  look();
  look(31);
  expect(first.failures).toEqual([]);
  look();
  expect(first.failures).toMatchObject([
    { code: 'WORKER_LATE', message: 'A worker was not ready within 32 s: worker 0 (pid 100) was killed.' },
  ]);
});

it('does not hold its loading against a worker that has become ready', () => {
  const { first, look } = watched(3_000);
  first.state = 'starting';
  look(20);
  first.state = 'ready';
  look(3);
  expect(first.kills).toBe(0);
  look();
  expect(first.kills).toBe(1);
});
