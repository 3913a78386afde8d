// What all workers' answers add up to. Pure: it asks nobody.
import type { PrimaryAgreement, TargetRecord } from '@lb/core';
import type { ListenerOptions } from '../../../options/index.ts';
import type { CounterStatus, TargetStatus } from '../../../proxy/balancer-status.ts';
import { type MiddlewareFailureStatus, totalFailures } from '../../../proxy/events/middleware-failures.ts';
import type { WorkerReport } from '../../protocol/messages.ts';
import type { WorkerState } from '../supervision/worker-slot.ts';

export interface WorkerStatus {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  readonly uptimeSeconds: number;
  /** Absent from a worker that did not answer. */
  readonly engine: string | undefined;
  readonly connections: number | undefined;
  readonly sessions: number | undefined;
  /** Sessions away from home that it knows of: as many as the primary has, but for the time of a message. */
  readonly displacedSessions: number | undefined;
  /** The longest that its event loop has stood still in the last minute or two. */
  readonly eventLoopDelayMs: number | undefined;
  /** The listeners it accepts from: its own and those of workers that are missing. */
  readonly listeners: readonly number[];
}

/** A target over all workers. A client that connects through two workers has a session in each. */
export interface ClusterTargetStatus extends Omit<TargetStatus, 'mode' | 'suspended'> {
  readonly state: 'available' | 'suspended' | 'draining' | 'disabled';
}

export interface PrimaryStatus {
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly sourceHost: string;
  readonly sourcePort: number;
  readonly connections: number;
  readonly sessions: number;
  /** The number of the list of targets in use: it rises with every change of what clients may be given. */
  readonly epoch: number;
  /** Sessions away from their client's home, known to all workers. */
  readonly displacedSessions: number;
  /** Since the start, those of workers that have ended included; but what a killed one had counted since the last status is lost. */
  readonly counters: CounterStatus;
  /** What middleware threw, in the workers that run now. Absent while it has not. */
  readonly middlewareFailure: MiddlewareFailureStatus | undefined;
  readonly workers: readonly WorkerStatus[];
  readonly targets: readonly ClusterTargetStatus[];
}

interface TargetLoad {
  connections: number;
  sessions: number;
}

export type WorkerPlace = Pick<WorkerStatus, 'worker' | 'pid' | 'state' | 'listeners'> & { readonly since: number };

export interface StatusSources {
  readonly options: Pick<ListenerOptions, 'sourceHost' | 'sourcePort'>;
  /** ms since the epoch, as `now`. */
  readonly startedAt: number;
  readonly now: number;
  readonly agreement: Pick<PrimaryAgreement, 'epoch' | 'displacedSessions' | 'targets'>;
  readonly places: readonly WorkerPlace[];
  /** The answer of each place. */
  readonly answers: readonly (WorkerReport | undefined)[];
  /** Of all workers, also of those that have ended. */
  readonly counters: CounterStatus;
}

export function primaryStatus(sources: StatusSources): PrimaryStatus {
  const { options, startedAt, now, agreement, places, answers, counters } = sources;
  const given = answers.filter((answer) => answer !== undefined);
  const loads = totalLoads(given);
  const sum = (of: (answer: WorkerReport) => number): number => given.reduce((total, answer) => total + of(answer), 0);
  return {
    pid: process.pid,
    startedAt: new Date(startedAt).toISOString(),
    uptimeSeconds: seconds(now - startedAt),
    sourceHost: options.sourceHost,
    sourcePort: options.sourcePort,
    connections: sum((answer) => answer.connections),
    sessions: sum((answer) => answer.sessions),
    epoch: agreement.epoch,
    displacedSessions: agreement.displacedSessions,
    counters,
    middlewareFailure: totalFailures(answers.map((answer) => answer?.middlewareFailure)),
    workers: places.map(({ since, ...place }, index) => ({
      ...place,
      uptimeSeconds: seconds(now - since),
      engine: answers[index]?.engine,
      connections: answers[index]?.connections,
      sessions: answers[index]?.sessions,
      displacedSessions: answers[index]?.displacedSessions,
      eventLoopDelayMs: answers[index]?.eventLoopDelayMs,
    })),
    targets: agreement.targets.map((target) => clusterTarget(target, loads.get(target.id))),
  };
}

/** Target id -> what it has in all workers together. */
function totalLoads(answers: readonly WorkerReport[]): ReadonlyMap<string, TargetLoad> {
  const loads = new Map<string, TargetLoad>();
  for (const { targets } of answers) {
    for (const { target, connections, sessions } of targets) {
      const load = loads.get(target);
      if (!load) loads.set(target, { connections, sessions });
      else {
        load.connections += connections;
        load.sessions += sessions;
      }
    }
  }
  return loads;
}

function clusterTarget(target: TargetRecord, load: TargetLoad = { connections: 0, sessions: 0 }): ClusterTargetStatus {
  return { target: target.id, weight: target.weight, state: stateOf(target), ...load };
}

function stateOf({ mode, suspended }: TargetRecord): ClusterTargetStatus['state'] {
  if (mode === 'draining' || mode === 'disabled') return mode;
  return suspended ? 'suspended' : 'available';
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}
