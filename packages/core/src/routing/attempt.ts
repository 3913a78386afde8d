// A guard: the attempt of a connection to reach one target. It is settled once, so that no path through the code can leave a
// count behind. Where a client belongs that has reached a target is not decided here.

import type { TargetHealth } from '../targets/target-health.ts';
import type { TargetRecord } from '../targets/target-record.ts';
import type { Placement } from './placement.ts';

/** The connection that makes an attempt. */
export interface Attempting {
  /** @returns the client's place at the target that it has reached, or `undefined` where it belongs elsewhere */
  arrived(target: TargetRecord, now: number): Placement | undefined;
  /** The target has failed it. Called once the target's health takes that into account. */
  failed(target: TargetRecord): void;
}

/** One try at one target. It counts as a connection of the target until it is settled in one of three ways. */
export class Attempt {
  readonly target: TargetRecord;
  readonly #connection: Attempting;
  readonly #health: TargetHealth;
  readonly #healthVersion: number;
  #settled = false;

  constructor(connection: Attempting, target: TargetRecord, health: TargetHealth) {
    this.#connection = connection;
    this.target = target;
    this.#health = health;
    this.#healthVersion = target.health.version;
    target.connections += 1;
  }

  /** The target completed a handshake. @returns the client's place there, or `undefined` if the client has found another
   *  target in the meantime: then this one must be let go, and the route's next candidate is the one to follow. */
  succeeded(now: number): Placement | undefined {
    if (!this.#settle()) return undefined;
    this.#health.report(this.target, this.#healthVersion, 'reached', now);
    const placement = this.#connection.arrived(this.target, now);
    if (!placement) this.target.connections -= 1;
    return placement;
  }

  /** The target refused, can't be reached or stays silent: that counts, unless its health has changed since the dial began. */
  failed(now: number, reason?: string): void {
    if (!this.#settle()) return;
    this.target.connections -= 1;
    this.#health.report(this.target, this.#healthVersion, 'failed', now, reason);
    this.#connection.failed(this.target);
  }

  /** It ended without saying anything about the target: the client left, or this machine lacked something. */
  abandoned(): void {
    if (!this.#settle()) return;
    this.target.connections -= 1;
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }
}
