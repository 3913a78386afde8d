import type { ConnectionControl, ConnectionInfo } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadLibc } from '../../engine/system/libc.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { CLUSTER_BYTES, Pulse } from '../protocol/pulse.ts';
import { showing, startHeartbeat } from './heartbeat.ts';

/** What the kernel's timer has been set to. The real one would end the tests. */
const timers = vi.hoisted((): number[] => []);
const system = vi.hoisted(() => ({ hasTimers: true }));
vi.mock('../../engine/system/kernel-timer.ts', () => ({
  KernelTimer: class {
    constructor() {
      if (!system.hasTimers) throw new Error('timer_create: ENOSYS');
    }

    set(ms: number): void {
      timers.push(ms);
    }
  },
}));

const CONNECTION = { clientAddress: '192.0.2.1' } as ConnectionInfo;
const CONTROL = {} as ConnectionControl;

beforeEach(() => {
  vi.useFakeTimers();
  timers.length = 0;
  system.hasTimers = true;
});

afterEach(() => {
  vi.useRealTimers();
});

function beatingFor(ms: number, pulse: Pulse | undefined, workerTimeout = () => 10_000, log = new FakeLog()): number {
  let messages = 0;
  const tell = (): void => {
    messages += 1;
  };
  startHeartbeat({ pulse, tell, workerTimeout, log, onBeat: () => {} });
  vi.advanceTimersByTime(ms);
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
    const timeouts = [10_000, 20_001, 0, 0, 30_000];
    beatingFor(2_000, undefined, () => timeouts.shift() as number);
    expect(timers).toEqual([60_000, 60_003, 0, 0, 90_000]);
  },
);

it.runIf(!(loadLibc() instanceof Error))('beats, and warns, where the system has no timer', () => {
  system.hasTimers = false;
  const log = new FakeLog();
  expect(beatingFor(2_000, undefined, undefined, log)).toBe(5);
  expect(log.lines).toEqual([expect.stringMatching(/^warn: no kernel timer \(timer_create: ENOSYS\): nothing ends/)]);
});

it('shows which client the middleware is asked about, until it has answered or waits for something', () => {
  const pulse = new Pulse(new ArrayBuffer(CLUSTER_BYTES), 0);
  const seen: unknown[] = [];
  const admit = showing(pulse, (_, done, control) => {
    seen.push(pulse.askedAbout, control === CONTROL);
    done('no');
  });
  admit(CONNECTION, (blocked) => seen.push(blocked), CONTROL);
  expect([...seen, pulse.askedAbout]).toEqual(['192.0.2.1', true, 'no', undefined]);
});
