// What a primary leaves to the next one: the sessions that are away from home, the modes, suspensions and addresses of targets, and the lists
// of targets that decide where its clients are. Plain data; where it is kept in the meantime is not core's affair.
import type { PastList } from '../../policies/past-homes.ts';
import type { DecidingHealth } from '../../targets/deciding-health.ts';
import type { TargetPool } from '../../targets/target-pool.ts';
import type { TargetMode, TargetRecord } from '../../targets/target-record.ts';
import type { PlacementNotice } from '../protocol/agreement-messages.ts';
import type { DisplacedSessions } from './sessions/displaced-sessions.ts';

/** The most sessions in a snapshot: the newest ones. */
export const MOST_SNAPSHOT_SESSIONS = 100_000;

/** The mode of a target that is not enabled. */
export type ModeNotice = readonly [target: string, mode: Extract<TargetMode, 'draining' | 'disabled'>];

/** A suspended target, why it is, and for how many ms it is still skipped at least. */
export type SuspensionNotice = readonly [target: string, cause: 'failed' | 'deactivated', left: number];

/** A target with a name, and the one of its addresses that all workers connect to. */
export type AddressNotice = readonly [target: string, address: string];

export interface AgreementSnapshot {
  readonly modes: readonly ModeNotice[];
  readonly suspensions: readonly SuspensionNotice[];
  readonly addresses: readonly AddressNotice[];
  /** The lists of targets that decide where clients are, the oldest first. */
  readonly lists: readonly PastList[];
  /** The oldest first. May be read in pieces over time: each session is then as it is when it is read. */
  readonly sessions: Iterable<PlacementNotice>;
}

export function takeSnapshot(
  targets: readonly TargetRecord[],
  lists: readonly PastList[],
  displaced: DisplacedSessions,
  now: number,
): AgreementSnapshot {
  return {
    modes: targets.flatMap(({ id, mode }): ModeNotice[] =>
      mode === 'draining' || mode === 'disabled' ? [[id, mode]] : [],
    ),
    suspensions: targets.flatMap((target) => suspensionOf(target, now)),
    addresses: targets.flatMap(({ id, address }): AddressNotice[] => (address === undefined ? [] : [[id, address]])),
    lists,
    sessions: displaced.newest(MOST_SNAPSHOT_SESSIONS),
  };
}

function suspensionOf({ id, health }: TargetRecord, now: number): SuspensionNotice[] {
  if (health.state === 'healthy') return [];
  return [[id, health.cause === 'deactivated' ? 'deactivated' : 'failed', Math.max(health.until - now, 0)]];
}

/** What a primary has taken over of a snapshot: what concerns no target of its list is left out. */
export interface Resumed {
  readonly modes: readonly ModeNotice[];
  readonly suspensions: readonly SuspensionNotice[];
  /** Left to `PrimaryAgreement.setAddresses`: whoever resolves names knows whether they still lead there. */
  readonly addresses: readonly AddressNotice[];
  /** Left to `PrimaryAgreement.succeed`. They count only if sessions have been lost. */
  readonly lists: readonly PastList[];
  /** How many. */
  readonly sessions: number;
}

/** What a primary takes over that finds nothing. */
export const NOTHING_RESUMED: Resumed = { modes: [], suspensions: [], addresses: [], lists: [], sessions: 0 };

/** What a snapshot is applied to. */
export interface ResumingParts {
  readonly pool: TargetPool;
  readonly health: DecidingHealth;
  readonly displaced: DisplacedSessions;
}

/**
 * @param heldFor for how many ms workers of the earlier primary may still have connections; negative: for how many they have had none.
 *   Sessions and suspensions are left out when all sessions must be over. The rest does not age
 */
export function applySnapshot(
  { modes, suspensions, addresses, lists, sessions }: AgreementSnapshot,
  { pool, health, displaced }: ResumingParts,
  heldFor: number,
  now: number,
): Resumed {
  const isListed = ([target]: readonly [target: string, ...unknown[]]): boolean => pool.get(target) !== undefined;
  const listedModes = modes.filter(isListed);
  for (const [target, mode] of listedModes) (pool.get(target) as TargetRecord).mode = mode;
  const resumed = { ...NOTHING_RESUMED, modes: listedModes, addresses: addresses.filter(isListed), lists };
  const until = now + heldFor + displaced.expiry;
  if (!(until > now)) return resumed;
  const listedSuspensions = suspensions.filter(isListed);
  for (const [target, cause, left] of listedSuspensions) {
    health.resume(pool.get(target) as TargetRecord, cause, now + left);
  }
  const kept = [...sessions].filter(([, target]) => pool.get(target)?.keepsSessions);
  return { ...resumed, suspensions: listedSuspensions, sessions: displaced.inherit(kept, until) };
}
