export { Balancer, type BalancerHooks } from './balancer.ts';
export type { ModeAnswer, ReloadAnswer, SessionAnswer, SessionHolder } from './cluster/answers.ts';
export { type ListenerHandover, openHandover } from './cluster/listener-handover.ts';
export { Primary } from './cluster/primary.ts';
export type { PrimaryOptions } from './cluster/primary-options.ts';
export type { ClusterTargetStatus, PrimaryStatus, WorkerStatus } from './cluster/primary-status.ts';
export { runWorker, type WorkerHooks } from './cluster/worker.ts';
export { createBalancer, type LibraryBalancer, type LibraryOptions } from './create-balancer.ts';
export {
  ConnectError,
  type Dial,
  type Downstream,
  type Endpoint,
  type Engine,
  type ListenAddress,
  type Listener,
  type Relay,
  type RelayDeadlines,
  type RelayObserver,
  type Upstream,
} from './engine.ts';
export { BalancerError, type BalancerErrorOptions, type ErrorSource } from './errors.ts';
export { type Log, LogThrottle } from './log.ts';
export {
  type BalancerOptions,
  describeOptions,
  isOwnAddress,
  localAddresses,
  maskSecrets,
  type OptionProblem,
  OptionsError,
  optionsJsonSchema,
  optionsTable,
  type PathStep,
  type Resolution,
  type ResolveContext,
  type ResolvedOptions,
  type ResolvedTarget,
  resolveOptions,
  secretOptions,
} from './options/index.ts';
export type { BalancerStatus, CounterStatus, SessionStatus, TargetStatus } from './status.ts';
export { tryListening } from './try-listening.ts';
