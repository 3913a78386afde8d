// What all workers' answers add up to. Pure: it asks nobody.
import type { ResolvedOptions } from '../options/index.ts';
import type { BalancerStatus, CounterStatus, TargetStatus } from '../status.ts';
import type { WorkerState } from './worker-slot.ts';

export interface WorkerStatus {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  readonly uptimeSeconds: number;
  /** Absent from a worker that did not answer. */
  readonly engine: string | undefined;
  readonly connections: number | undefined;
  readonly sessions: number | undefined;
  /** The listeners it accepts from: its own and those of workers that are missing. */
  readonly listeners: readonly number[];
}

/** A target over all workers. A client that connects through two workers has a session in each. */
export interface ClusterTargetStatus extends Omit<TargetStatus, 'mode' | 'suspended'> {
  /** `partly suspended`: by some workers and not by others. */
  readonly state: 'available' | 'suspended' | 'partly suspended' | 'draining' | 'disabled';
}

export interface PrimaryStatus {
  readonly pid: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly sourceHost: string;
  readonly sourcePort: number;
  readonly connections: number;
  readonly sessions: number;
  readonly counters: CounterStatus;
  readonly workers: readonly WorkerStatus[];
  readonly targets: readonly ClusterTargetStatus[];
}

export type WorkerPlace = Pick<WorkerStatus, 'worker' | 'pid' | 'state' | 'listeners'> & { readonly since: number };

export interface StatusSources {
  readonly options: ResolvedOptions;
  /** ms since the epoch, as `now`. */
  readonly startedAt: number;
  readonly now: number;
  readonly places: readonly WorkerPlace[];
  /** The answer of each place. */
  readonly answers: readonly (BalancerStatus | undefined)[];
}

export function primaryStatus({ options, startedAt, now, places, answers }: StatusSources): PrimaryStatus {
  const given = answers.filter((answer) => answer !== undefined);
  const sum = (of: (answer: BalancerStatus) => number): number =>
    given.reduce((total, answer) => total + of(answer), 0);
  return {
    pid: process.pid,
    startedAt: new Date(startedAt).toISOString(),
    uptimeSeconds: seconds(now - startedAt),
    sourceHost: options.sourceHost,
    sourcePort: options.sourcePort,
    connections: sum((answer) => answer.connections),
    sessions: sum((answer) => answer.sessions),
    counters: {
      accepted: sum(({ counters }) => counters.accepted),
      blocked: sum(({ counters }) => counters.blocked),
      unserved: sum(({ counters }) => counters.unserved),
      passedOver: sum(({ counters }) => counters.passedOver),
    },
    workers: places.map(({ since, ...place }, index) => ({
      ...place,
      uptimeSeconds: seconds(now - since),
      engine: answers[index]?.engine,
      connections: answers[index]?.connections,
      sessions: answers[index]?.sessions,
    })),
    targets: mergeTargets(given.flatMap((answer) => answer.targets)),
  };
}

function mergeTargets(views: readonly TargetStatus[]): ClusterTargetStatus[] {
  const byTarget = new Map<string, TargetStatus[]>();
  for (const view of views) byTarget.set(view.target, [...(byTarget.get(view.target) ?? []), view]);
  return [...byTarget.values()].map((same) => {
    const [{ target, weight }] = same as [TargetStatus];
    return {
      target,
      weight,
      state: mergedState(same),
      connections: same.reduce((total, view) => total + view.connections, 0),
      sessions: same.reduce((total, view) => total + view.sessions, 0),
    };
  });
}

function mergedState(views: readonly TargetStatus[]): ClusterTargetStatus['state'] {
  const mode = views[0]?.mode;
  if (mode === 'draining' || mode === 'disabled') return mode;
  const suspended = views.filter((view) => view.suspended).length;
  if (suspended === 0) return 'available';
  return suspended === views.length ? 'suspended' : 'partly suspended';
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}
