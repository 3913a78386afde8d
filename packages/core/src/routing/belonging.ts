// Where a client belongs that has reached a target: it stays there, is a guest there, or has to go. Pure.
import type { TargetRecord } from '../targets/target-record.ts';

/** `place`: its session is there from now on. `guest`: this connection alone is. `elsewhere`: this connection must be let go. */
export type Belonging = 'place' | 'guest' | 'elsewhere';

/** A client's connection, as far as it matters here. */
export interface Arrival {
  /** Where all processes look for the client if they know of no session. */
  readonly expected: TargetRecord | undefined;
  /** Whether this connection has had a target as a candidate. */
  tried(target: TargetRecord): boolean;
}

/**
 * @param target the one that the client has reached
 * @param own where its session is by what this process keeps
 * @param agreed where its session is by what all processes have agreed on
 * @param isShared whether there are other processes, which look for the client too
 */
export function belonging(
  arrival: Arrival,
  target: TargetRecord,
  own: TargetRecord | undefined,
  agreed: TargetRecord | undefined,
  isShared: boolean,
): Belonging {
  const theirs = agreed?.availableToSession ? agreed : own;
  // In another process the client may be at home, which needs no message: then its session isn't this connection's to move.
  const other = theirs?.availableToSession || !isShared ? theirs : arrival.expected;
  if (other && other !== target && other.availableToSession) {
    // It was skipped for this connection alone: the session stays there.
    return arrival.tried(other) ? 'guest' : 'elsewhere';
  }
  // Taken out of use since the dial began: no other process would look for the client here.
  return isShared && !target.keepsSessions ? 'guest' : 'place';
}
