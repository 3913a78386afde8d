// The way of one connection to a target: its candidates in order, one at a time. It opens nothing and reads no clock.

import { type Choices, isEnabled, type Policy } from '../policies/policy.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import type { SharedSessions } from '../sessions/shared-sessions.ts';
import type { TargetHealth } from '../targets/target-health.ts';
import type { TargetPool } from '../targets/target-pool.ts';
import type { TargetRecord } from '../targets/target-record.ts';
import { Attempt, type Attempting } from './attempt.ts';
import { type Arrival, belonging, knownPlace } from './belonging.ts';
import { Placement } from './placement.ts';

/** What all routes to a pool share. */
export interface RouteContext {
  readonly pool: TargetPool;
  readonly health: TargetHealth;
  readonly policy: Policy;
  /** Where each client stays. Without it, each connection goes where the policy says. */
  readonly sessions?: SessionTable | undefined;
  /** What other processes know of sessions. Only with `sessions`. */
  readonly shared?: SharedSessions | undefined;
}

/**
 * The candidates for one connection. Each is given once, and again if it failed and was restored since, or was let go for another one. What
 * has changed since the last one counts.
 */
export class Route implements Attempting, Arrival {
  readonly clientKey: string;
  readonly #context: RouteContext;
  /** Made when they are needed: a client whose session leads to its target needs no policy. */
  #choices: Choices | undefined;
  /** The home, and the snapshot of the targets that it was found among. */
  #home: TargetRecord | undefined;
  #among: readonly TargetRecord[] | undefined;
  /** Whether the client's own target was left out, or has been tried. */
  #isPassedOver = false;
  #last: TargetRecord | undefined;
  #before: Set<TargetRecord> | undefined;
  /** Targets that have failed, with the version of their health by then. */
  #failed: Map<TargetRecord, number> | undefined;
  /** The one that the client has just reached and does not belong to: it is a candidate again after the next one. */
  #letGo: TargetRecord | undefined;

  constructor(context: RouteContext, clientKey: string) {
    this.#context = context;
    this.clientKey = clientKey;
  }

  /**
   * The next candidate, counted as a connection of its target until the attempt is settled; `undefined` when all were given.
   * The session's target, else the first choice; when none is available, whatever is enabled, since it may be back.
   */
  next(now: number): Attempt | undefined {
    const session = this.#session(now);
    const own = session && !this.tried(session) ? session : undefined;
    if (own?.availableToSession) return this.#attempt(own);

    const home = this.#firstChoice(isEnabled);
    this.#home = home;
    this.#among = this.#context.pool.targets;
    if (home?.available && !this.tried(home)) return this.#attempt(home);
    this.#isPassedOver = true;
    const choice = this.#firstChoice((target) => target.available && !this.tried(target));
    if (choice) return this.#attempt(choice);

    if (own?.keepsSessions && !own.full) return this.#attempt(own);
    const resort = this.#firstChoice((target) => target.enabled && !target.full && !this.tried(target));
    return resort && this.#attempt(resort);
  }

  /** Whether `next` would have another candidate after this one, as things are now. */
  hasNext(now: number): boolean {
    const session = this.#session(now);
    const isLeft = (target: TargetRecord): boolean =>
      (target.enabled || (target === session && target.keepsSessions)) && !target.full && !this.tried(target);
    return this.#context.pool.targets.some(isLeft);
  }

  /** The client's first choice of all that are in use, suspended or not. */
  get home(): TargetRecord | undefined {
    return this.#among === this.#context.pool.targets ? this.#home : this.#firstChoice(isEnabled);
  }

  /** Where all processes look for the client if they know of no session. */
  get expected(): TargetRecord | undefined {
    const past = this.#context.shared?.pastHome(this.clientKey);
    return past?.servesSessions ? past : this.home;
  }

  /** Whether this connection has had a target as a candidate. One that failed and was restored since counts as another one. */
  tried(target: TargetRecord): boolean {
    if (this.#last !== target && this.#letGo !== target && !this.#before?.has(target)) return false;
    const failedAt = this.#failed?.get(target);
    return failedAt === undefined || failedAt === target.health.version || target.suspended;
  }

  failed(target: TargetRecord): void {
    this.#failed = (this.#failed ?? new Map()).set(target, target.health.version);
  }

  /**
   * Has it found out whether another process has the client's session, where that decides if it stays at this target. To be called when
   * the target was reached; until it is known, the client's place is undecided.
   */
  claim(target: TargetRecord, now: number): void {
    const { sessions, shared } = this.#context;
    if (!shared || !this.#isPassedOver) return;
    const own = sessions?.find(this.clientKey, now)?.target;
    if (belonging(this, target, own, shared.find(this.clientKey), true) === 'claim')
      shared.claim(this.clientKey, target);
  }

  /** Takes the client's place at a target that it has reached, unless it belongs elsewhere. */
  arrived(target: TargetRecord, now: number): Placement | undefined {
    const { sessions, shared } = this.#context;
    if (!sessions) return target.enabled ? new Placement(target) : this.#release(target);
    const own = sessions.find(this.clientKey, now)?.target;
    const agreed = shared?.find(this.clientKey);
    const where = belonging(this, target, own, agreed, shared !== undefined);
    if (where === 'elsewhere') return this.#release(target);
    const place = where === 'place' ? target : ((knownPlace(own, agreed) ?? this.expected) as TargetRecord);
    const session = sessions.hold(this.clientKey, place, now);
    // What is found out moves the session to this target, if there is none elsewhere.
    if (where === 'claim') shared?.claim(this.clientKey, target);
    else if (own !== place || (agreed && agreed !== place) || (where === 'place' && shared?.isClaimed(this.clientKey)))
      shared?.placed(this.clientKey, place, this.home);
    return new Placement(target, sessions, session);
  }

  /** Lets a target go that was reached. It has not failed, and the next one may. */
  #release(target: TargetRecord): undefined {
    this.#last = undefined;
    this.#before?.delete(target);
    this.#letGo = target;
  }

  /**
   * The target of the client's session. What all processes have agreed on goes before what this one remembers; without either it is where
   * a session may have been lost.
   */
  #session(now: number): TargetRecord | undefined {
    const { sessions, shared } = this.#context;
    if (!sessions) return undefined;
    const agreed = shared?.find(this.clientKey);
    if (agreed?.availableToSession) return agreed;
    const own = sessions.find(this.clientKey, now)?.target;
    const known = own?.availableToSession || !agreed?.keepsSessions ? own : agreed;
    return known?.keepsSessions ? known : (shared?.pastHome(this.clientKey) ?? known);
  }

  #attempt(target: TargetRecord): Attempt {
    if (this.#last) this.#before = (this.#before ?? new Set()).add(this.#last);
    this.#last = target;
    this.#letGo = undefined;
    this.#failed?.delete(target);
    return new Attempt(this, target, this.#context.health);
  }

  #firstChoice(eligible: (target: TargetRecord) => boolean): TargetRecord | undefined {
    this.#choices ??= this.#context.policy.choices(this.clientKey);
    return this.#choices.first(this.#context.pool.targets, eligible);
  }
}
