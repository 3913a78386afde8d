// The public API of @lb/core, as its README explains it.

export { type ClientKeyPrefix, clientKey, DEFAULT_CLIENT_KEY_PREFIX } from './address/client-key.ts';
export {
  type AddressNotice,
  type AgreementSnapshot,
  type ModeNotice,
  NOTHING_RESUMED,
  type Resumed,
  type SuspensionNotice,
} from './agreement/primary/agreement-snapshot.ts';
export type { WorkerId } from './agreement/primary/members.ts';
export { PrimaryAgreement } from './agreement/primary/primary-agreement.ts';
export type { AgreementRules, PrimaryAgreementOptions } from './agreement/primary/primary-agreement-options.ts';
export type {
  FromPrimary,
  FromWorker,
  PlacementNotice,
  SessionNotice,
} from './agreement/protocol/agreement-messages.ts';
export { MemorySessionStore } from './agreement/store/memory-session-store.ts';
export type { SessionStore } from './agreement/store/session-store.ts';
export { WorkerAgreement, type WorkerAgreementOptions } from './agreement/worker/worker-agreement.ts';
export { BalancerError, type BalancerErrorOptions, errorCode, errorMessage } from './errors/balancer-error.ts';
export { ERROR_CODES, type ErrorCode, type ErrorSource } from './errors/error-codes.ts';
export { DEFAULT_HASH_KEY, type Hash, type HashKey, hashKeyFromSeed, hashText } from './hashing/hash.ts';
export { firstChoice, type Rankable, ranking } from './hashing/ranking.ts';
export { HashPolicy } from './policies/hash-policy.ts';
export { PastHomes, type PastList, type PastTarget } from './policies/past-homes.ts';
export type { Candidate, Choices, Policy } from './policies/policy.ts';
export { RandomPolicy } from './policies/random-policy.ts';
export type { Attempt } from './routing/attempt.ts';
export type { Placement } from './routing/placement.ts';
export type { Route, RouteContext } from './routing/route.ts';
export { Router } from './routing/router.ts';
export { type Session, SessionTable, type SessionTableOptions } from './sessions/session-table.ts';
export type { SharedSessions } from './sessions/shared-sessions.ts';
export { DecidingHealth, type DecidingHealthOptions, type HealthRules } from './targets/deciding-health.ts';
export { FollowingHealth } from './targets/following-health.ts';
export type { Health, SuspensionCause } from './targets/health.ts';
export type { HealthNews } from './targets/health-news.ts';
export type { Outcome, TargetHealth } from './targets/target-health.ts';
export type { TargetOptions } from './targets/target-options.ts';
export { TargetPool } from './targets/target-pool.ts';
export type { TargetMode, TargetRecord } from './targets/target-record.ts';
export type { TargetState } from './targets/target-state.ts';
