import type { FromPrimary } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { RunningAgreement } from './running-agreement.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const { options } = resolveOptions({ sourcePort: 8080, targets: [{ host: 'a', port: 80 }] });
  const log = new FakeLog();
  const told: FromPrimary[] = [];
  const agreement = new RunningAgreement(options, log, {
    tell: (_, message) => void (message.type === 'agreement' && told.push(message.message)),
    tellAll: () => {},
    pidOf: (worker) => worker + 1_000,
  });
  return { agreement, log, told, suspension: options.targetDeactivationDuration };
}

it('says which worker a change of targets waits for, and is done when that one has answered', async () => {
  const { agreement, log } = setUp();
  for (const worker of [1, 2]) agreement.core.join(worker, 0);
  let isDone = false;
  const change = agreement.setTargets([{ host: 'b', port: 80 }]).then(() => {
    isDone = true;
  });
  agreement.core.receive(1, { type: 'prepared', epoch: 1 }, 0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(isDone).toBe(false);
  expect(log.lines).toEqual(['warn: a change of targets waits for a worker that does not answer: pid 1002']);
  expect(log.details).toEqual([{ workerPids: [1_002] }]);
  agreement.core.receive(2, { type: 'prepared', epoch: 1 }, 0);
  await change;
  agreement.close();
});

it('has a timer only while a target is suspended or a session displaced, and lends the trial when that is due', () => {
  const { agreement, told, suspension } = setUp();
  agreement.core.join(1, performance.now());
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  agreement.suspend('a', 80);
  vi.advanceTimersByTime(suspension + 1_000);
  expect(told.map(({ type }) => type)).toContain('trial');
  expect(vi.getTimerCount()).toBe(1);
  agreement.core.receive(1, { type: 'reached', target: 'a:80', version: 1 }, performance.now());
  agreement.core.receive(1, { type: 'prepared', epoch: 1 }, performance.now());
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  agreement.core.receive(1, { type: 'place', placements: [['192.0.2.1', 'a:80']] }, performance.now());
  vi.advanceTimersByTime(1_000);
  expect([agreement.core.displacedSessions, vi.getTimerCount()]).toEqual([1, 1]);
  agreement.close();
});
