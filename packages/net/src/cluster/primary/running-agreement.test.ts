import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromPrimary } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { namedServer } from '../../testing/real-servers.ts';
import { until } from '../../testing/until.ts';
import { RunningAgreement } from './running-agreement.ts';
import { statePaths } from './state/kept-state.ts';
import type { WorkerChannel } from './supervision/worker-channel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(target = { host: 'a', port: 80 }, more: object = {}) {
  const { options } = resolveOptions({ sourcePort: 8080, targets: [target], ...more });
  const log = new FakeLog();
  const told: FromPrimary[] = [];
  const channel: WorkerChannel = {
    tell: (_, message) => void (message.type === 'agreement' && told.push(message.message)),
    tellAll: () => {},
    pidOf: (worker) => worker + 1_000,
  };
  const agreement = new RunningAgreement(options, log, channel, {
    endpoints: () => [target],
    reached: () => {},
    unreached: () => {},
  });
  later(() => agreement.close());
  return { agreement, log, told, options };
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

it('has a timer only while a target is suspended or a session displaced, and restores what a controller had suspended', () => {
  const { agreement, told } = setUp();
  agreement.core.join(1, performance.now());
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  agreement.suspend('a', 80);
  vi.advanceTimersByTime(59_000);
  expect(told.map(({ type }) => type)).toEqual(['epoch', 'suspended']);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(2_000);
  expect(told.at(-1)).toMatchObject({ type: 'prepare', restored: ['a:80'] });
  agreement.core.receive(1, { type: 'prepared', epoch: 1 }, performance.now());
  expect(told.at(-1)).toMatchObject({ type: 'epoch', targets: [{ suspended: false }] });
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  agreement.core.receive(1, { type: 'place', placements: [['192.0.2.1', 'a:80']] }, performance.now());
  vi.advanceTimersByTime(1_000);
  expect([agreement.core.displacedSessions, vi.getTimerCount()]).toEqual([1, 1]);
  agreement.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('probes a target that failed until it answers, and restores it with an epoch', async () => {
  vi.useRealTimers();
  const server = await namedServer('back');
  const { agreement, told, log } = setUp({ host: '127.0.0.1', port: server.port });
  agreement.core.join(1, performance.now());
  const [target] = agreement.core.targets;
  const id = target?.id as string;
  agreement.core.receive(1, { type: 'failed', target: id, version: 0, reason: 'ECONNREFUSED' }, performance.now());
  const prepare = await until('a change of epoch', () => told.find(({ type }) => type === 'prepare'));
  expect(prepare).toMatchObject({ restored: [id] });
  agreement.core.receive(1, { type: 'prepared', epoch: 1 }, performance.now());
  expect(target?.available).toBe(true);
  expect(log.lines).toEqual([
    `warn: target ${id} is suspended until it answers: ECONNREFUSED`,
    `info: target ${id} is back`,
  ]);
  agreement.close();
});

it('suspends no target that fails a client alone, where clients’ addresses are used', async () => {
  vi.useRealTimers();
  const server = await namedServer('fine');
  const { agreement, told } = setUp({ host: '127.0.0.1', port: server.port }, { transparent: true });
  agreement.core.join(1, performance.now());
  const [target] = agreement.core.targets;
  agreement.core.receive(1, { type: 'failed', target: target?.id as string, version: 0, reason: 'ECONNREFUSED' }, 0);
  await until('a probe', () => server.accepted > 0);
  await until('its end', () => server.connections.size === 0);
  expect(told.map(({ type }) => type)).toEqual(['epoch']);
  server.close();
  agreement.core.receive(1, { type: 'failed', target: target?.id as string, version: 0, reason: 'ETIMEDOUT' }, 0);
  await until('a suspension', () => told.find(({ type }) => type === 'suspended'));
  agreement.close();
});

it('has each epoch written at once, so that the next primary does not take a target for suspended that is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'running-agreement-'));
  later(() => rmSync(folder, { recursive: true }));
  const state = { folder, config: '/etc/lb/config.json' };
  const written = (): string =>
    statePaths(state)
      .map((path) => readFileSync(path, 'latin1'))
      .join();
  const { agreement, options } = setUp();
  later(() => agreement.closeState());
  agreement.continue(state, { given: options, options, listeners: undefined }, false);
  agreement.join(1);
  await vi.waitFor(() => expect(written()).not.toBe(','), { interval: 1 });
  const at = performance.now();
  agreement.core.setTargets([{ host: 'b', port: 80 }], at);
  agreement.core.leave(1, at);
  agreement.core.setTargets([{ host: 'c', port: 80 }], at);
  // Time goes by a millisecond at each look here, and without an epoch nothing would be written for a second.
  await vi.waitFor(() => expect(written()).toContain('"c:80"'), { interval: 1, timeout: 400 });
});

it.each([
  { what: 'has died', hasDied: true },
  { what: 'has stopped', hasDied: false },
])('goes by the modes and the lists of an earlier primary that $what', async ({ hasDied }) => {
  vi.useRealTimers();
  const folder = mkdtempSync(join(tmpdir(), 'running-agreement-'));
  later(() => rmSync(folder, { recursive: true }));
  const begun = (names: string, hasSucceeded = false) => {
    const made = setUp(undefined, { targets: [...names].map((host) => ({ host, port: 80 })) });
    const setup = { given: made.options, options: made.options, listeners: undefined };
    const resumed = made.agreement.continue({ folder, config: '/etc/lb/config.json' }, setup, hasSucceeded);
    later(() => made.agreement.closeState());
    return { ...made, resumed };
  };
  const first = begun('abc');
  first.agreement.join(1);
  const drained = first.agreement.setMode('b:80', 'draining', false);
  await until('the change', () => first.told.find(({ type }) => type === 'prepare'));
  first.agreement.core.receive(1, { type: 'prepared', epoch: 1 }, 0);
  await drained;
  await first.agreement.closeState();

  const { agreement, resumed } = begun('abd', hasDied);
  expect(resumed).toMatchObject({ modes: [['b:80', 'draining']], lists: [[{ id: 'a:80' }, { id: 'c:80' }]] });
  expect(agreement.core.pastLists).toEqual([
    [
      { id: 'a:80', weight: 1 },
      { id: 'c:80', weight: 1, isOver: true },
    ],
  ]);
});
