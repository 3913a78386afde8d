// A router over a small pool, and shorthands for what tests ask of it.
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { HashPolicy } from '../policies/hash-policy.ts';
import type { Policy } from '../policies/policy.ts';
import type { Attempt } from '../routing/attempt.ts';
import type { Placement } from '../routing/placement.ts';
import type { Route } from '../routing/route.ts';
import { Router } from '../routing/router.ts';
import { SessionTable } from '../sessions/session-table.ts';
import type { TargetPool } from '../targets/target-pool.ts';
import { health, poolOf } from './targets.ts';

export const EXPIRY = 100;

export interface Setup {
  readonly pool: TargetPool;
  readonly sessions: SessionTable;
  readonly router: Router;
  readonly stickiness: boolean;
}

export interface SetupOptions {
  readonly policy?: Policy;
  readonly stickiness?: boolean;
}

export function setUp(names: string, { policy, stickiness = true }: SetupOptions = {}): Setup {
  const pool = poolOf(names);
  const sessions = new SessionTable({ expiry: EXPIRY, limit: 1_000_000 });
  const router = new Router({
    pool,
    health,
    policy: policy ?? new HashPolicy(DEFAULT_HASH_KEY),
    sessions: stickiness ? sessions : undefined,
  });
  return { pool, sessions, router, stickiness };
}

export function nameOf(attempt: Attempt | undefined): string | undefined {
  return attempt?.target.options.host;
}

/** The names of a route's candidates from here on; each is abandoned, so that no target's health changes. */
export function candidates(route: Route, now = 0): string {
  let names = '';
  for (let attempt = route.next(now); attempt; attempt = route.next(now)) {
    names += nameOf(attempt);
    attempt.abandoned();
  }
  return names;
}

/** A connection of a client to wherever it is sent first. */
export function connect(router: Router, clientKey: string, now = 0): Placement {
  const placement = router.route(clientKey).next(now)?.succeeded(now);
  if (!placement) throw new Error('There was no target.');
  return placement;
}
