// What a worker does with what it is told of sessions: it follows what others have placed, and keeps what others hand over.
import type { SessionTable } from '../../sessions/session-table.ts';
import type { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
import type { FromPrimary, SessionNotice } from '../protocol/agreement-messages.ts';
import type { Outbox } from './outbox.ts';
import type { ToldSessions } from './told-sessions.ts';

export interface FollowingMeans {
  readonly pool: TargetPool;
  readonly sessions: SessionTable;
  readonly told: ToldSessions;
  readonly outbox: Outbox;
  /** Whether a target serves a client that has a session there, now and in the next epoch. */
  readonly isUsable: (target: TargetRecord) => boolean;
}

export function follow(
  { placements, answer }: FromPrimary & { readonly type: 'placed' },
  { pool, sessions, told, outbox, isUsable }: FollowingMeans,
): void {
  const isAnswer = answer === true;
  // Refused, unless the answer has it; what the primary has in its place, the answer says too.
  if (isAnswer) {
    for (const [clientKey] of outbox.answered()) {
      if (!outbox.isUnanswered(clientKey)) told.drop(clientKey);
    }
  }
  for (const [clientKey, id] of placements) {
    const target = pool.get(id);
    if (!target) continue;
    // A newer word waits for an answer of its own. It will be refused if the primary heard of a place as good before it.
    if (outbox.isUnanswered(clientKey) && (isAnswer || !isUsable(target))) continue;
    told.set(clientKey, target);
    // Or an older place of the client's would come back when this one fails.
    sessions.move(clientKey, target);
  }
}

/**
 * What was placed by common agreement goes before what its last keeper remembers.
 * @returns the clients whose sessions are kept here now
 */
export function adopt(
  notices: readonly SessionNotice[],
  { pool, sessions, told }: FollowingMeans,
  now: number,
): string[] {
  const kept: string[] = [];
  for (const [clientKey, id, idle] of notices) {
    const target = told.find(clientKey) ?? pool.get(id);
    if (!target?.keepsSessions) continue;
    sessions.adopt(clientKey, target, now - idle, now);
    kept.push(clientKey);
  }
  return kept;
}
