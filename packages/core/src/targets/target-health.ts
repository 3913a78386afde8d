// The door for news of a target's health. An interface: a process decides on it, or reports it to the one that does.
import type { TargetRecord } from './target-record.ts';

/** What came of a dial: the target completed a handshake, or it refused, can't be reached or stays silent. */
export type Outcome = 'reached' | 'failed';

export interface TargetHealth {
  /** @param version that of the target's health when the dial began: what has changed since makes the news old */
  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void;
  /** Has a target skipped for the time that a controller's deactivation lasts, whatever is known of it. */
  deactivate(target: TargetRecord, now: number, reason?: string): void;
}
