// The door for news of a target's health. An interface: a process decides on it, or reports it to the one that does.
import type { TargetRecord } from './target-record.ts';

/** What came of a dial: the target completed a handshake, or it refused, can't be reached or stays silent. */
export type Outcome = 'reached' | 'failed';

/** What the primary learns of a target's health, and how. */
export type HealthNews =
  /** By a dial that began at this version of the target's health: what has changed since makes the news old. */
  | {
      readonly source: 'connect';
      readonly version: number;
      readonly outcome: Outcome;
      readonly reason?: string | undefined;
    }
  /** A controller asks for it, whatever else is known. */
  | { readonly source: 'controller'; readonly outcome: 'failed'; readonly reason: string };

export interface TargetHealth {
  /** ms for which a target that fails from now on is skipped. */
  suspension: number;
  /** @param version that of the target's health when the dial began: what has changed since makes the news old */
  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void;
  /** Has a target skipped for the time of suspension, whatever is known of it. */
  suspend(target: TargetRecord, now: number, reason?: string): void;
}
