// What the primary and its workers tell each other so that one client has one target in all of them. Plain data; who carries it,
// and how, is not core's affair, as long as each channel keeps the order. ARCHITECTURE.md shows the protocol in a picture.
import type { PastList } from '../../policies/past-homes.ts';
import type { TargetState } from '../../targets/target-state.ts';

/** A client key and the id of the target where its session is. */
export type PlacementNotice = readonly [clientKey: string, target: string];

/** A session that a worker hands over: the client key, the id of the target, and for how many ms it has had no connection. */
export type SessionNotice = readonly [clientKey: string, target: string, idle: number];

export type FromPrimary =
  /**
   * This holds from now on: the end of a change of epoch, or what a worker that has just come begins with. `past` are the earlier lists
   * of targets that lead clients without a known session, the oldest first.
   */
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly targets: readonly TargetState[];
      readonly past: readonly PastList[];
    }
  /** This is to hold next; `restored` are the targets that come back from their suspension with it. */
  | {
      readonly type: 'prepare';
      readonly epoch: number;
      readonly targets: readonly TargetState[];
      readonly past: readonly PastList[];
      readonly restored: readonly string[];
    }
  /** Sessions away from home. The last word on a client counts. `answer`: it comes of what you have said; each `place` has one. */
  | { readonly type: 'placed'; readonly placements: readonly PlacementNotice[]; readonly answer?: true }
  /** Which of these clients have a session with you? */
  | { readonly type: 'check'; readonly check: number; readonly clientKeys: readonly string[] }
  /** What came of a check: nobody holds the dropped ones. */
  | {
      readonly type: 'checked';
      readonly check: number;
      readonly kept: readonly string[];
      readonly dropped: readonly string[];
    }
  /** The answer to `claim`: these clients are placed where they were claimed; of these somebody has a session, or another has claimed them. */
  | { readonly type: 'claimed'; readonly granted: readonly string[]; readonly refused: readonly string[] }
  /** Skip this target until an epoch restores it. */
  | { readonly type: 'suspended'; readonly target: string; readonly version: number }
  /** Keep these sessions from now on: the worker that has kept them is about to leave. */
  | { readonly type: 'adopt'; readonly sessions: readonly SessionNotice[] }
  /** The answer to `handOver`: another worker has been sent these sessions. */
  | { readonly type: 'handedOver' };

/** Sessions that have begun away from home. `declared`: they were there before, and will be away from it in the next epoch. */
export interface Place {
  readonly type: 'place';
  readonly placements: readonly PlacementNotice[];
  readonly declared?: boolean;
}

export type FromWorker =
  | Place
  /** All that the next epoch needs to know has been sent. */
  | { readonly type: 'prepared'; readonly epoch: number }
  /** These clients have reached a target for a passing reason: each is to be placed there, unless a worker has a session of it. */
  | { readonly type: 'claim'; readonly placements: readonly PlacementNotice[] }
  /** Those of a check that have a session here. */
  | { readonly type: 'held'; readonly check: number; readonly clientKeys: readonly string[] }
  /** Displaced sessions whose time is over here. */
  | { readonly type: 'released'; readonly clientKeys: readonly string[] }
  /** A dial that began at this version of the target's health has failed. */
  | {
      readonly type: 'failed';
      readonly target: string;
      readonly version: number;
      readonly reason: string | undefined;
    }
  /** A suspended target has completed a handshake with a client that had no other. */
  | { readonly type: 'reached'; readonly target: string; readonly version: number }
  /** Sessions for another worker to keep: this one is about to leave. The next ones come after the answer. */
  | { readonly type: 'handOver'; readonly sessions: readonly SessionNotice[] }
  /** This worker keeps no session any longer, and is about to leave. A worker that leaves without this has lost sessions. */
  | { readonly type: 'emptied' };

/** Placements or client keys in one message at most: what is longer would hold up the loop that reads it. */
export const LONGEST_LIST = 500;

/** A list in pieces that fit a message. */
export function* pieces<T>(list: readonly T[], length: number = LONGEST_LIST): Generator<readonly T[], void, void> {
  for (let at = 0; at < list.length; at += length) yield list.slice(at, at + length);
}
