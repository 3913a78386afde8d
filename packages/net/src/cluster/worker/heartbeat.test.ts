import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadLibc } from '../../engine/system/libc.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { CLUSTER_BYTES, Pulse } from '../protocol/pulse.ts';
import { BEAT, startHeartbeat } from './heartbeat.ts';

/** What the kernel's timer has been set to. The real one would end the tests. */
const timers = vi.hoisted((): number[] => []);
const system = vi.hoisted(() => ({ hasTimers: true }));
vi.mock('../../engine/system/process/kernel-timer.ts', () => ({
  KernelTimer: class {
    constructor() {
      if (!system.hasTimers) throw new Error('timer_create: ENOSYS');
    }

    set(ms: number): void {
      timers.push(ms);
    }
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  timers.length = 0;
  system.hasTimers = true;
});

afterEach(() => {
  vi.useRealTimers();
});

function beatingFor(
  ms: number,
  pulse: Pulse | undefined,
  timeouts: readonly number[] = [10_000],
  log = new FakeLog(),
): number {
  let messages = 0;
  const tell = (): void => {
    messages += 1;
  };
  const [workerTimeout = 0, ...later] = timeouts;
  const heartbeat = startHeartbeat({ pulse, tell, workerTimeout, log, onBeat: () => {} });
  for (const next of later) {
    heartbeat.workerTimeout = next;
    vi.advanceTimersByTime(BEAT);
  }
  vi.advanceTimersByTime(ms - later.length * BEAT);
  return messages;
}

it('beats at once and every 500 ms, in shared memory', () => {
  const pulse = new Pulse(new ArrayBuffer(CLUSTER_BYTES), 0);
  expect(beatingFor(2_000, pulse)).toBe(0);
  expect(pulse.beats).toBe(5);
});

it('beats by messages where there is no shared memory', () => {
  expect(beatingFor(2_000, undefined)).toBe(5);
});

it.runIf(!(loadLibc() instanceof Error))(
  'has the kernel wait for its next beat, as long as workerTimeout says now',
  () => {
    beatingFor(2_000, undefined, [10_000, 20_001, 0, 0, 30_000]);
    expect(timers).toEqual([60_000, 60_003, 0, 0, 90_000]);
  },
);

it.runIf(!(loadLibc() instanceof Error))('beats, and warns, where the system has no timer', () => {
  system.hasTimers = false;
  const log = new FakeLog();
  expect(beatingFor(2_000, undefined, undefined, log)).toBe(5);
  expect(log.lines).toEqual([expect.stringMatching(/^warn: no kernel timer \(timer_create: ENOSYS\): nothing ends/)]);
});
