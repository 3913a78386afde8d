// What the primary and its workers say to each other, as JSON over the channel that Node opens between them.
import type { TargetOptions } from '@lb/core';
import type { Addresses } from '../address-book.ts';
import type { ResolvedOptions } from '../options/index.ts';
import type { BalancerStatus } from '../status.ts';
import type { Identity } from './identity.ts';

export type ToWorker =
  /** Once, first. */
  | { readonly type: 'init'; readonly init: WorkerInit }
  /** The listeners to accept from, all of them; what is not named is left to others. */
  | { readonly type: 'serve'; readonly listeners: readonly number[] }
  | { readonly type: 'targets'; readonly targets: readonly TargetOptions[]; readonly addresses: Addresses }
  | { readonly type: 'suspend'; readonly host: string; readonly port: number }
  | { readonly type: 'status'; readonly request: number }
  /** Empty the queues, accept no more, let connections end within `timeout` ms, then leave. */
  | { readonly type: 'drain'; readonly timeout: number };

export type ToPrimary =
  | { readonly type: 'ready'; readonly port: number }
  /** The worker can't begin, and why; it leaves. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'status'; readonly request: number; readonly status: BalancerStatus }
  /** The worker has emptied and closed its listeners. */
  | { readonly type: 'unlistened' }
  /** Requests of a controller. */
  | { readonly type: 'setTargets'; readonly targets: readonly TargetOptions[] }
  | { readonly type: 'suspend'; readonly host: string; readonly port: number }
  | { readonly type: 'stop' };

export interface WorkerInit {
  readonly index: number;
  readonly options: ResolvedOptions;
  readonly addresses: Addresses;
  /** Descriptors of all listeners, inherited; none where the worker has to open its own. */
  readonly listeners: readonly number[];
  /** Whom to become before the controller is loaded. */
  readonly identity: Identity | undefined;
}
