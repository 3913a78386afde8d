export { plainAddress } from './address.ts';
export type { Admit, AdmitDone, ConnectionControl, ConnectionInfo } from './admission.ts';
export type { WorkerId } from './agreement/members.ts';
export { fromPrimaryFault, fromWorkerFault } from './agreement/message-checks.ts';
export type {
  FromPrimary,
  FromWorker,
  PlacementNotice,
  SessionNotice,
  TargetState,
} from './agreement/messages.ts';
export {
  type AgreementLimits,
  PrimaryAgreement,
  type PrimaryAgreementOptions,
} from './agreement/primary-agreement.ts';
export { WorkerAgreement, type WorkerAgreementOptions } from './agreement/worker-agreement.ts';
export type { Attempt, Placement } from './attempt.ts';
export { type ClientKeyPrefix, clientKey, DEFAULT_CLIENT_KEY_PREFIX } from './client-key.ts';
export { DEFAULT_HASH_KEY, type Hash, type HashKey, hashBytes, hashKeyFromSeed, hashText } from './hash.ts';
export {
  type Check,
  type FieldChecks,
  faultFinder,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
  type MessageChecks,
} from './message-faults.ts';
export { firstChoice, type Rankable, ranking } from './ranking.ts';
export { type Route, Router, type RouterOptions } from './router.ts';
export { type Session, SessionTable, type SessionTableOptions } from './session-table.ts';
export type { SharedSessions } from './shared-sessions.ts';
export { isHome, type TargetMode, TargetRecord, targetId } from './target.ts';
export { type ControllerSettings, MOST_TARGETS, type TargetControl, type TargetOptions } from './target-control.ts';
export { type HealthReports, TargetPool, type TargetPoolOptions } from './target-pool.ts';
