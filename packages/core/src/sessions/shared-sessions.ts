// What other processes have to do with a client's session, as the router sees it. A process on its own has none.
import type { TargetRecord } from '../targets/target-record.ts';

export interface SharedSessions {
  /** Where a client's session is, if it is known to be away from home. */
  find(clientKey: string): TargetRecord | undefined;
  /** Where a client without a known session may have had one that was lost: its home under an earlier list of targets. */
  pastHome(clientKey: string): TargetRecord | undefined;
  /** A client's session has begun at a target, or has moved there, or was a guess until now. */
  placed(clientKey: string, target: TargetRecord, home: TargetRecord | undefined): void;
  /**
   * A client without a known session has reached a target, since another one was passed over where all look for it. It is placed there,
   * unless another process has its session: that is found out. May be called again.
   */
  claim(clientKey: string, target: TargetRecord): void;
  /** Whether it is being found out where the session of a client is that has reached a target here: what is kept here of it is a guess. */
  isClaimed(clientKey: string): boolean;
  /** Whether it is just being decided where a client without a session goes. */
  isUndecided(clientKey: string, now: number): boolean;
}
