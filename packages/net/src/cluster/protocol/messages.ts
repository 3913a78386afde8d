// What the primary and its workers say to each other, as JSON over the channel that Node opens between them.
import type { FromPrimary, FromWorker, TargetOptions } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import type { SplitOptions } from '../../options/index.ts';
import type { BalancerStatus, CounterStatus, SessionStatus } from '../../proxy/balancer-status.ts';
import type { Identity } from '../identity/identity.ts';

/**
 * The version of these messages and of those in core's agreement. To be raised when a message changes, or when processes of two
 * releases must not work together for another reason: a package that is upgraded on disk gives a primary workers of the next release.
 */
export const PROTOCOL_VERSION = 2;

/** The longest text of a failure; it has a stack at times. */
export const LONGEST_FAILURE = 65_536;

/** `Endpoints` as JSON can carry them. */
export type EndpointEntries = readonly (readonly [target: string, endpoints: readonly Endpoint[]])[];

export type ToWorker =
  /** Once, first. `version` is the primary's `PROTOCOL_VERSION`; it stands here in all versions. */
  | { readonly type: 'init'; readonly version: number; readonly init: WorkerInit }
  /** The listeners to accept from, all of them; what is not named is left to others. */
  | { readonly type: 'serve'; readonly listeners: readonly number[] }
  /** What all processes agree on: sessions, health, the list of targets. */
  | { readonly type: 'agreement'; readonly message: FromPrimary }
  /** Where the targets that are looked up can be reached, all of them. */
  | { readonly type: 'endpoints'; readonly endpoints: EndpointEntries }
  /** The look-up that was asked for with `resolve` is over. What it has changed was sent before. */
  | { readonly type: 'resolved'; readonly target: string }
  /** Reset the connections to a target: its drain has lasted long enough. */
  | { readonly type: 'endConnections'; readonly target: string }
  /** Durations and limits that hold from now on. */
  | { readonly type: 'options'; readonly options: SplitOptions }
  | { readonly type: 'status'; readonly request: number }
  | { readonly type: 'session'; readonly request: number; readonly clientKey: string }
  /** Accept no more, let connections end, and leave. */
  | {
      readonly type: 'drain';
      /** ms for which connections may go on. Absent: as long as they like. */
      readonly timeout?: number | undefined;
      /** Whether what waits in the listeners' queues is taken first; else others do that. */
      readonly emptyQueues: boolean;
      /** Whether it hands the sessions that outlive its connections over to another worker first: no other one knows of those at home. */
      readonly handOver: boolean;
    };

export type ToPrimary =
  | { readonly type: 'ready'; readonly port: number }
  /** The worker can't begin, and why; it leaves. The same in all versions. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'agreement'; readonly message: FromWorker }
  | { readonly type: 'status'; readonly request: number; readonly status: WorkerReport }
  | { readonly type: 'session'; readonly request: number; readonly session?: SessionStatus | undefined }
  /** Look up the name of this target again, unless that was done within the last second: none of its addresses answers. */
  | { readonly type: 'resolve'; readonly target: string }
  /** An address of a target has answered; `silent`, which all connect to, has not. */
  | { readonly type: 'answered'; readonly target: string; readonly address: string; readonly silent: string }
  /** A worker's last word: what it has counted in its life. */
  | { readonly type: 'counted'; readonly counters: CounterStatus }
  /** The worker lives. Sent every 500 ms where it has no memory to show it in. */
  | { readonly type: 'beat' }
  /** The worker has closed its listeners. */
  | { readonly type: 'unlistened' }
  /** Requests of a controller. */
  | { readonly type: 'setTargets'; readonly targets: readonly TargetOptions[] }
  | { readonly type: 'suspend'; readonly host: string; readonly port: number }
  | { readonly type: 'stop' };

/** How a worker is. */
export interface WorkerReport extends BalancerStatus {
  /** Sessions away from home that it knows of, its own and others'. */
  readonly displacedSessions: number;
  /** The longest that its event loop has stood still lately. */
  readonly eventLoopDelayMs: number;
}

export interface WorkerInit {
  readonly index: number;
  readonly options: SplitOptions;
  readonly endpoints: EndpointEntries;
  /** Descriptors of all listeners, inherited; none where the worker has to open its own. */
  readonly listeners: readonly number[];
  /** Memory in which all workers count together: its descriptor, and which part of it is this worker's. */
  readonly shared: { readonly descriptor: number; readonly region: number; readonly seed: string } | undefined;
  /** Whom to become before the controller is loaded. */
  readonly identity: Identity | undefined;
}
