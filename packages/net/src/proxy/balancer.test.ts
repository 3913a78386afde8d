// The balancer of one process as a worker of a primary: the sessions that it adopts, and those that it hands over.
import type { FromPrimary, FromWorker } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions, splitOptions } from '../options/index.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { Balancer } from './balancer.ts';

const DAY = 24 * 60 * 60 * 1000;
const TARGET = { host: '10.0.0.1', port: 80 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One that keeps a session of `192.0.2.1`. */
function setUp(sessionExpiry: number) {
  const options = splitOptions(resolveOptions({ sourcePort: 0, targets: [TARGET], sessionExpiry }).options);
  const told: FromWorker[] = [];
  const balancer = new Balancer(options, { engine: new FakeEngine(), tellPrimary: (message) => told.push(message) });
  const [state] = balancer.control.targets().map((target) => ({ options: target, mode: 'enabled' as const }));
  const targets = [{ ...state, healthVersion: 0, suspended: false }];
  balancer.agree({ type: 'epoch', epoch: 0, targets, past: [] } as FromPrimary);
  balancer.agree({ type: 'adopt', sessions: [['192.0.2.1', '10.0.0.1:80', 0]] });
  return { balancer, told };
}

it('drops a session that it has adopted once its time is over', () => {
  const { balancer } = setUp(30_000);
  expect(balancer.status().sessions).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(balancer.status().sessions).toBe(0);
});

it('has handed its sessions over when another worker keeps them', async () => {
  const { balancer, told } = setUp(100 * DAY);
  const done = vi.fn();
  void balancer.handOver().then(done);
  expect(told).toEqual([{ type: 'handOver', sessions: [['192.0.2.1', '10.0.0.1:80', 0]] }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(done).not.toHaveBeenCalled();
  balancer.agree({ type: 'handedOver' });
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toHaveBeenCalledOnce();
  expect(told.at(-1)).toEqual({ type: 'emptied' });
});

it('waits for another worker until its sessions are over, also after 100 days', async () => {
  const { balancer } = setUp(100 * DAY);
  const done = vi.fn();
  void balancer.handOver().then(done);
  await vi.advanceTimersByTimeAsync(99 * DAY);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2 * DAY);
  expect(done).toHaveBeenCalledOnce();
});
