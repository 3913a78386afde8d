// How a pool picks a target for a client without a session. An interface; it sees of a target only what a policy may go by.
import type { Rankable } from '../hashing/ranking.ts';

/** A target as a policy sees it. */
export interface Candidate extends Rankable {
  /** Whether it takes clients, suspended or not. */
  readonly enabled: boolean;
}

/** What a policy has decided for one connection: an order of the targets, of which each choice is found when it is asked for. */
export interface Choices {
  /** The first choice of those that are eligible now, or `undefined` when none is. */
  first<T extends Candidate>(among: readonly T[], eligible: (candidate: T) => boolean): T | undefined;
}

/** Made for one pool, and may keep state for it. */
export interface Policy {
  /** The choices for one connection of a client. */
  choices(clientKey: string): Choices;
  /**
   * The target that all processes look for a client at, as long as nothing else was agreed: it depends on the key and on the
   * enabled targets alone. `undefined` where these don't decide.
   */
  home<T extends Candidate>(clientKey: string, among: readonly T[]): T | undefined;
}

export function isEnabled(candidate: Candidate): boolean {
  return candidate.enabled;
}
