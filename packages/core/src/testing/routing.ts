// A router over a small pool, and shorthands for what tests ask of it.
import type { Attempt, Placement } from '../routing/attempt.ts';
import { type Route, Router, type RouterOptions } from '../routing/router.ts';
import { SessionTable } from '../sessions/session-table.ts';
import type { TargetPool } from '../targets/target-pool.ts';
import { poolOf } from './targets.ts';

export const SUSPENSION = 1000;
export const EXPIRY = 100;

export interface Setup {
  readonly pool: TargetPool;
  readonly sessions: SessionTable;
  readonly router: Router;
}

export function setUp(names: string, options: Partial<RouterOptions> = {}): Setup {
  const pool = options.pool ?? poolOf(names, { suspension: SUSPENSION });
  const sessions = options.sessions ?? new SessionTable({ expiry: EXPIRY });
  const random = (): number => {
    throw new Error('With stickiness nothing is left to chance.');
  };
  return { pool, sessions, router: new Router({ random, ...options, pool, sessions }) };
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
