// Which target serves a connection: the candidates in order, one at a time. It opens nothing and reads no clock.

import { DEFAULT_HASH_KEY, type Hash, type HashKey, hashText } from '../hashing/hash.ts';
import { firstChoice } from '../hashing/ranking.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { SharedSessions } from '../sessions/shared-sessions.ts';
import { isHome, type TargetRecord } from '../targets/target.ts';
import type { TargetPool } from '../targets/target-pool.ts';
import { Attempt } from './attempt.ts';

export interface RouterOptions {
  readonly pool: TargetPool;
  readonly sessions: SessionTable;
  /** What other processes know of sessions. Only with stickiness. */
  readonly shared?: SharedSessions | undefined;
  readonly hashKey?: HashKey;
  /** Whether a client stays on its target. Without, each connection is placed at random by weight. @default true */
  readonly stickiness?: boolean;
  /** A number in [0, 1), as `Math.random`. Used only without stickiness. */
  readonly random: () => number;
}

export class Router {
  readonly pool: TargetPool;
  readonly sessions: SessionTable;
  readonly shared: SharedSessions | undefined;
  readonly stickiness: boolean;
  readonly #hashKey: HashKey;
  readonly #random: () => number;

  constructor(options: RouterOptions) {
    this.pool = options.pool;
    this.sessions = options.sessions;
    this.stickiness = options.stickiness ?? true;
    this.shared = this.stickiness ? options.shared : undefined;
    this.#hashKey = options.hashKey ?? DEFAULT_HASH_KEY;
    this.#random = options.random;
  }

  /** The way of one new connection of a client. */
  route(clientKey: string): Route {
    return new Route(this, clientKey);
  }

  /** What a connection ranks the targets by. Without stickiness each does so as a client of its own would. */
  hash(clientKey: string): Hash {
    if (this.stickiness) return hashText(this.#hashKey, clientKey);
    return { high: (this.#random() * 0x100000000) >>> 0, low: (this.#random() * 0x100000000) >>> 0 };
  }
}

/** The candidates for one connection. Each is given once; what has changed since the last one counts. */
export class Route {
  readonly router: Router;
  readonly clientKey: string;
  /** Made when it is needed: a client whose session leads to its target needs no ranking. */
  #hash: Hash | undefined;
  /** The home, and the snapshot of the targets that it was found among. */
  #home: TargetRecord | undefined;
  #among: readonly TargetRecord[] | undefined;
  #last: TargetRecord | undefined;
  #before: Set<TargetRecord> | undefined;

  constructor(router: Router, clientKey: string) {
    this.router = router;
    this.clientKey = clientKey;
  }

  /**
   * The next candidate, counted as a connection of its target until the attempt is settled; `undefined` when all were given.
   * The session's target, else the first choice; when none is available, whatever is enabled, since it may be back.
   */
  next(now: number): Attempt | undefined {
    const session = this.#session(now);
    const own = session && !this.tried(session) ? session : undefined;
    if (own?.availableToSession) return this.#attempt(own, false);

    const home = this.#firstChoice(isHome);
    this.#home = home;
    this.#among = this.router.pool.targets;
    if (home && !this.tried(home)) {
      if (home.available) return this.#attempt(home, false);
      if (!session && !home.full && home.trialDue(now)) return this.#attempt(home, true);
    }
    const choice = this.#firstChoice(this.#isFresh);
    if (choice) return this.#attempt(choice, false);

    if (own?.keepsSessions && !own.full) return this.#attempt(own, false);
    const resort = this.#firstChoice(this.#isUntried);
    return resort && this.#attempt(resort, false);
  }

  /** The client's first choice of all that are in use, suspended or not. */
  get home(): TargetRecord | undefined {
    return this.#among === this.router.pool.targets ? this.#home : this.#firstChoice(isHome);
  }

  /** The target of the client's session. What all processes have agreed on goes before what this one remembers. */
  #session(now: number): TargetRecord | undefined {
    if (!this.router.stickiness) return undefined;
    const agreed = this.router.shared?.find(this.clientKey);
    if (agreed?.availableToSession) return agreed;
    const own = this.router.sessions.find(this.clientKey, now)?.target;
    return own?.availableToSession || !agreed?.keepsSessions ? own : agreed;
  }

  /** Whether this connection has had a target as a candidate. */
  tried(target: TargetRecord): boolean {
    return this.#last === target || (this.#before?.has(target) ?? false);
  }

  #attempt(target: TargetRecord, trial: boolean): Attempt {
    if (this.#last) this.#before = (this.#before ?? new Set()).add(this.#last);
    this.#last = target;
    return new Attempt(this, target, trial);
  }

  #firstChoice(eligible: (target: TargetRecord) => boolean): TargetRecord | undefined {
    this.#hash ??= this.router.hash(this.clientKey);
    return firstChoice(this.#hash, this.router.pool.targets, eligible);
  }

  readonly #isFresh = (target: TargetRecord): boolean => target.available && !this.tried(target);
  readonly #isUntried = (target: TargetRecord): boolean => isHome(target) && !target.full && !this.tried(target);
}
