import { expect, it, vi } from 'vitest';
import type { Balancer } from '../../proxy/balancer.ts';
import { Counters } from '../../proxy/events/counters.ts';
import { RunningWorker } from './running-worker.ts';

const { told, endProcess } = vi.hoisted(() => ({ told: [] as unknown[], endProcess: vi.fn() }));
vi.mock('./primary-link.ts', () => ({
  tell: (message: unknown, sent?: () => void) => {
    told.push(message);
    sent?.();
  },
}));
vi.mock('../../engine/system/process/end-process.ts', () => ({ endProcess }));

function begin() {
  told.length = 0;
  endProcess.mockClear();
  const steps: string[] = [];
  const counters = { ...new Counters() };
  const balancer = {
    drain: async (timeout: number | undefined) => void steps.push(`drain ${timeout}`),
    handOver: async () => void steps.push('hand over'),
    status: () => ({ counters }),
    configure: () => void steps.push('configure'),
  };
  const listeners = {
    port: 80,
    serve: (indices: readonly number[]) => void steps.push(`serve ${indices}`),
    empty: async () => void steps.push('empty'),
    close: async () => void steps.push('close'),
  };
  const heartbeat = { workerTimeout: 1 };
  const loop = { worst: 7 };
  const worker = new RunningWorker({ balancer: balancer as unknown as Balancer, listeners, loop, heartbeat });
  return { worker, steps, heartbeat, counters };
}

it('leaves when asked to: it accepts no more, drains, hands over, and ends with what it has counted', async () => {
  const { worker, steps, counters } = begin();
  worker.obey({ type: 'drain', timeout: 5, emptyQueues: false, handOver: true });
  await vi.waitFor(() => expect(endProcess).toHaveBeenCalledExactlyOnceWith(0));
  expect(steps).toEqual(['close', 'drain 5', 'hand over']);
  expect(told).toEqual([{ type: 'unlistened' }, { type: 'counted', counters }]);
});

it('closes its listeners once, however often it is asked to leave', async () => {
  const { worker, steps } = begin();
  await Promise.all([worker.leave(undefined, true), worker.leave(0, true)]);
  expect(steps).toEqual(['empty', 'drain undefined', 'drain 0']);
});

it('goes by other options from the next beat on', () => {
  const { worker, steps, heartbeat } = begin();
  worker.obey({ type: 'options', options: { process: { workerTimeout: 9 } } as never });
  expect([heartbeat.workerTimeout, ...steps]).toEqual([9, 'configure']);
});
