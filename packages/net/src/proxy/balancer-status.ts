// What a balancer tells about itself: plain data that crosses between processes. Tables and JSON are made of it elsewhere.
import type { TargetMode } from '@lb/core';
import type { Counters } from './events/counters.ts';
import type { MiddlewareFailureStatus } from './events/middleware-failures.ts';

export interface TargetStatus {
  readonly target: string;
  readonly weight: number;
  readonly mode: TargetMode;
  readonly suspended: boolean;
  readonly connections: number;
  readonly sessions: number;
}

/** The counters, as `counters.ts` explains them. */
export type CounterStatus = Readonly<Counters>;

/** A client's session in one process. */
export interface SessionStatus {
  readonly target: string;
  readonly connections: number;
  /** ms since the last connection ended; `undefined` while there is one. */
  readonly idleMs: number | undefined;
}

/** One process's view. */
export interface BalancerStatus {
  readonly engine: string;
  readonly connections: number;
  readonly sessions: number;
  readonly counters: CounterStatus;
  /** Absent while middleware has not thrown. */
  readonly middlewareFailure: MiddlewareFailureStatus | undefined;
  readonly targets: readonly TargetStatus[];
}
