// What a test fleet is made of, and which of its rules are others than usual.
import type { TargetOptions } from '../targets/target-options.ts';

export interface FleetOptions {
  readonly targets: readonly TargetOptions[];
  readonly workers: number;
  readonly limit?: number;
  /** ms after which a client waits no longer for a decision. */
  readonly wait?: number;
  /** A session that began at home is kept to even by workers that can't have heard of it. For fleets in which nothing is down. */
  readonly strict?: boolean;
  /** Nobody minds where clients are sent. */
  readonly careless?: boolean;
  /** A client's failed connection counts only when a probe fails too. */
  readonly confirms?: boolean;
  /** Whether a target rejects a client, though it takes others. @default none does */
  readonly rejects?: (key: string, target: string) => boolean;
}
