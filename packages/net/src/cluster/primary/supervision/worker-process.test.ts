// How a worker ends, in the orders in which Node may report it. The process does nothing by itself.
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import type { ResolvedOptions } from '../../../options/index.ts';
import { Counters } from '../../../proxy/events/counters.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import type { WorkerInit } from '../../protocol/messages.ts';
import { CounterTotals } from '../status/counter-totals.ts';
import { WorkerSlot } from './worker-slot.ts';

vi.mock('node:child_process', async (original) => ({ ...(await original<object>()), fork: vi.fn() }));

afterEach(() => {
  vi.useRealTimers();
});

class PlayedProcess extends EventEmitter {
  readonly pid = 1;
  connected = true;

  send(): void {}

  disconnect(): void {
    this.connected = false;
    this.emit('disconnect');
  }
}

function started() {
  const process = new PlayedProcess();
  vi.mocked(fork).mockReturnValue(process as unknown as ChildProcess);
  const totals = new CounterTotals();
  const slot = new WorkerSlot({
    index: 0,
    workerModule: '',
    listeners: [],
    memory: undefined,
    log: new FakeLog(),
    config: {} as ResolvedOptions,
    init: () => ({}) as WorkerInit,
    nextWorker: () => 1,
    onReady: () => {},
    onExit: () => {},
    onLeft: (worker) => totals.left(worker),
    onMessage: (worker, message) => {
      if (message.type === 'counted') totals.told(worker, message.counters);
    },
    onState: () => {},
  });
  slot.start();
  return { process, slot, totals };
}

const counted = (accepted: number) => ({ type: 'counted', counters: { ...new Counters(), accepted } });

it('counts the connections of a worker once, when its exit is reported before its last message', () => {
  const { process, slot, totals } = started();
  process.emit('message', { type: 'ready', port: 80 });
  process.emit('message', counted(7));
  slot.drain(undefined, false);
  process.emit('exit', 0, null);
  expect(slot.state).toBe('draining');
  process.emit('message', counted(9));
  process.disconnect();
  expect(slot.state).toBe('gone');
  expect(totals.total.accepted).toBe(9);
});

it('reports why a worker could not begin, when its exit is reported first', async () => {
  const { process, slot } = started();
  process.emit('exit', 1, null);
  process.emit('message', { type: 'failed', code: 'CONTROLLER_FAILED', message: 'the controller does not load' });
  process.disconnect();
  await expect(slot.started).rejects.toMatchObject({ code: 'CONTROLLER_FAILED' });
});

it('takes a worker for ended within a second of its exit, when another process holds its channel open', () => {
  vi.useFakeTimers();
  const { process, slot, totals } = started();
  process.emit('message', { type: 'ready', port: 80 });
  slot.drain(undefined, false);
  process.emit('exit', 0, null);
  process.emit('message', counted(9));
  expect(slot.state).toBe('draining');
  vi.runAllTimers();
  expect(slot.state).toBe('gone');
  expect(totals.total.accepted).toBe(9);
});

it('does not wait for a channel that the worker has closed before its exit', () => {
  const { process, slot } = started();
  process.emit('message', { type: 'ready', port: 80 });
  slot.drain(undefined, false);
  process.disconnect();
  process.emit('exit', 0, null);
  expect(slot.state).toBe('gone');
});
