// The public API of @lb/net, as its README explains it.

export { BalancerError, type BalancerErrorOptions, type ErrorCode, type ErrorSource, type ModeNotice } from '@lb/core';
export type { Endpoint } from './base/endpoint.ts';
export type { Log } from './base/log.ts';
export { type ListenerHandover, openHandover } from './cluster/primary/listeners/listener-handover.ts';
export { Primary } from './cluster/primary/primary.ts';
export type { PrimaryOptions } from './cluster/primary/primary-options.ts';
export type { StateOptions } from './cluster/primary/state/kept-state.ts';
export type {
  ModeAnswer,
  ReloadAnswer,
  SessionAnswer,
  SessionHolder,
} from './cluster/primary/status/command-answers.ts';
export type { ClusterTargetStatus, PrimaryStatus, WorkerStatus } from './cluster/primary/status/primary-status.ts';
export { ConnectError } from './engine/connect-error.ts';
export type {
  Acceptor,
  Dial,
  DialDone,
  Downstream,
  Engine,
  HeadLook,
  ListenAddress,
  Relay,
  RelayDeadlines,
  RelayObserver,
  RelayReport,
  Upstream,
} from './engine/engine.ts';
export {
  type BalancerOptions,
  describeOptions,
  type OptionProblem,
  OptionsError,
  optionsJsonSchema,
  type PathStep,
  type Resolution,
  type ResolveContext,
  type ResolvedOptions,
  type ResolvedTarget,
  resolveOptions,
  secretOptions,
} from './options/index.ts';
export type { BalancerStatus, CounterStatus, SessionStatus, TargetStatus } from './proxy/balancer-status.ts';
export {
  createBalancer,
  type LibraryBalancer,
  type LibraryHooks,
  type LibraryOptions,
} from './proxy/create-balancer.ts';
