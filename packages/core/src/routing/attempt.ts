// The two guards of a connection: the attempt to reach a target, and the place a client has taken there.
// Each is bound to its records and settled once, so that no path through the code can leave a count behind.

import type { Session, SessionTable } from '../sessions/session-table.ts';
import type { TargetRecord } from '../targets/target.ts';
import type { Route } from './router.ts';

/** One try at one target. It counts as a connection of the target until it is settled in one of three ways. */
export class Attempt {
  readonly target: TargetRecord;
  readonly #route: Route;
  readonly #trial: boolean;
  readonly #healthVersion: number;
  #settled = false;

  constructor(route: Route, target: TargetRecord, trial: boolean) {
    this.#route = route;
    this.target = target;
    this.#trial = trial;
    this.#healthVersion = target.healthVersion;
    target.connections += 1;
    if (trial) target.onTrial = true;
  }

  /** The target completed a handshake. @returns the client's place there, or `undefined` if the client has found another
   *  target in the meantime: then this one must be let go, and the route's next candidate is the one to follow. */
  succeeded(now: number): Placement | undefined {
    if (!this.#settle()) return undefined;
    const { pool, sessions, shared, stickiness } = this.#route.router;
    if (this.#isNews) pool.reached(this.target);
    if (!stickiness) return new Placement(this.target);
    const { clientKey } = this.#route;
    const own = sessions.find(clientKey, now)?.target;
    const agreed = shared?.find(clientKey);
    const theirs = agreed?.availableToSession ? agreed : own;
    // With other processes the client may be at home without a word: then its session isn't this connection's to move.
    const other = theirs?.availableToSession || !shared ? theirs : this.#route.home;
    if (other && other !== this.target && other.availableToSession) {
      // Passed over for this connection alone: it is a guest here, and the session stays where the others are.
      if (this.#route.tried(other)) return new Placement(this.target);
      this.target.connections -= 1;
      return undefined;
    }
    // Taken out of use since the dial began: no other process would look for the client here.
    if (shared && !this.target.keepsSessions) return new Placement(this.target);
    const session = sessions.hold(clientKey, this.target, now);
    if (own !== this.target || (agreed && agreed !== this.target))
      shared?.placed(clientKey, this.target, this.#route.home);
    return new Placement(this.target, sessions, session);
  }

  /** The target refused, can't be reached or stays silent: it is suspended, unless its health has changed since the dial began. */
  failed(now: number, reason?: string): void {
    if (!this.#settle()) return;
    this.target.connections -= 1;
    if (this.#isNews) this.#route.router.pool.failed(this.target, now, reason);
  }

  /** It ended without saying anything about the target: the client left, or this machine lacked something. */
  abandoned(): void {
    if (!this.#settle()) return;
    this.target.connections -= 1;
    if (this.#trial && this.#isNews) this.target.onTrial = false;
  }

  get #isNews(): boolean {
    return this.target.healthVersion === this.#healthVersion;
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }
}

/** A connection's place at its target: one in the target's count and, with stickiness, one in the client's session. */
export class Placement {
  readonly target: TargetRecord;
  readonly #sessions: SessionTable | undefined;
  readonly #session: Session | undefined;
  #released = false;

  constructor(target: TargetRecord, sessions?: SessionTable, session?: Session) {
    this.target = target;
    this.#sessions = sessions;
    this.#session = session;
  }

  /** Gives the place up. Calls after the first do nothing. */
  release(now: number): void {
    if (this.#released) return;
    this.#released = true;
    this.target.connections -= 1;
    if (this.#session) this.#sessions?.release(this.#session, now);
  }
}
