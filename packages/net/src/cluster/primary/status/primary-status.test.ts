import { DEFAULT_HASH_KEY, DecidingHealth, TargetPool, type TargetRecord } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../options/index.ts';
import type { TargetStatus } from '../../../proxy/balancer-status.ts';
import { Counters } from '../../../proxy/events/counters.ts';
import type { WorkerReport } from '../../protocol/messages.ts';
import { primaryStatus, type StatusSources, type WorkerPlace } from './primary-status.ts';

const { options } = resolveOptions({ sourcePort: 8080, targets: [{ host: 'a', port: 80 }] });
const START = Date.UTC(2024, 0, 2, 3, 4, 5);

function target(more: Partial<TargetStatus> = {}): TargetStatus {
  return { target: 'a:80', weight: 1, mode: 'enabled', suspended: false, connections: 1, sessions: 2, ...more };
}

function answer(targets: TargetStatus[] = [target()]): WorkerReport {
  return {
    engine: 'streams',
    connections: 5,
    sessions: 6,
    middlewareFailure: undefined,
    counters: new Counters(),
    targets,
    displacedSessions: 8,
    eventLoopDelayMs: 7,
  };
}

function agreementOn(...hosts: string[]): StatusSources['agreement'] {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(hosts.map((host) => ({ host, port: 80 })));
  return { targets: pool.targets, epoch: 3, displacedSessions: 4 };
}

function statusOf(answers: (WorkerReport | undefined)[], now = START + 90_500, agreement = agreementOn('a')) {
  const places = answers.map((_, worker): WorkerPlace => {
    return { worker, pid: 100 + worker, state: 'ready', since: START + 1_000 * worker, listeners: [worker] };
  });
  return primaryStatus({ options, startedAt: START, now, agreement, places, answers, counters: new Counters() });
}

describe('the status of all workers', () => {
  it('adds up their counts', () => {
    expect(statusOf([answer(), answer()])).toMatchObject({
      pid: process.pid,
      startedAt: '2024-01-02T03:04:05.000Z',
      uptimeSeconds: 90,
      sourceHost: '::',
      sourcePort: 8080,
      connections: 10,
      sessions: 12,
      workers: [
        { worker: 0, pid: 100, state: 'ready', uptimeSeconds: 90, engine: 'streams', connections: 5, sessions: 6 },
        { worker: 1, pid: 101, state: 'ready', uptimeSeconds: 89, listeners: [1] },
      ],
      targets: [{ target: 'a:80', weight: 1, state: 'available', connections: 2, sessions: 4 }],
    });
  });

  it('shows a worker that did not answer without its counts', () => {
    const { workers, connections } = statusOf([undefined, answer()]);
    expect(connections).toBe(5);
    expect(workers[0]).toMatchObject({ worker: 0, engine: undefined, connections: undefined, sessions: undefined });
  });

  it('can do without any answer', () => {
    expect(statusOf([undefined])).toMatchObject({ connections: 0, sessions: 0, targets: [{ connections: 0 }] });
    expect(statusOf([])).toMatchObject({ workers: [] });
  });

  it('never tells an uptime below zero, when the clock was set back', () => {
    expect(statusOf([answer()], START - 5_000)).toMatchObject({ uptimeSeconds: 0, workers: [{ uptimeSeconds: 0 }] });
  });

  it.each([
    ['available', 'enabled', false],
    ['suspended', 'enabled', true],
    ['draining', 'draining', true],
    ['disabled', 'disabled', false],
  ] as const)('calls a target %s', (state, mode, isSuspended) => {
    const agreement = agreementOn('a');
    const [a] = agreement.targets as [TargetRecord];
    a.mode = mode;
    if (isSuspended) new DecidingHealth({ suspension: 1 }).suspend(a, 0);
    expect(statusOf([answer()], START, agreement).targets).toMatchObject([{ target: 'a:80', state }]);
  });

  it('shows the targets that the primary has, in its order, with what all workers count there', () => {
    const [a, b, c] = ['a:80', 'b:80', 'c:80'].map((name) => target({ target: name }));
    const answers = [answer([b, a] as TargetStatus[]), answer([b, c] as TargetStatus[])];
    const { targets, epoch, displacedSessions } = statusOf(answers, START, agreementOn('a', 'b'));
    expect(targets.map((each) => [each.target, each.connections])).toEqual([
      ['a:80', 1],
      ['b:80', 2],
    ]);
    expect([epoch, displacedSessions]).toEqual([3, 4]);
  });

  it('reads each target of an answer once, however many there are', () => {
    const names = Array.from({ length: 50 }, (_, n) => `t${n}`);
    let reads = 0;
    const counted = names.map((name) => ({
      ...target(),
      get target() {
        reads += 1;
        return `${name}:80`;
      },
    }));
    const { targets } = statusOf([answer(counted), answer(counted)], START, agreementOn(...names));
    expect(targets.map(({ sessions }) => sessions)).toEqual(names.map(() => 4));
    expect(reads).toBe(100);
  });
});
