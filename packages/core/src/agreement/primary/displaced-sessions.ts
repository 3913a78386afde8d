// The sessions that are away from home: where each is, as the store has it, and when it is to be looked after.
import type { PlacementNotice } from '../protocol/agreement-messages.ts';
import type { SessionStore } from '../store/session-store.ts';

export class DisplacedSessions {
  /** ms after which a session is looked after: whether any worker holds it still. */
  expiry: number;
  readonly #store: SessionStore;
  /** When each is due, the soonest first: all are given the same time. Those that have been looked after aren't in it. */
  readonly #due = new Map<string, number>();
  /** Those that a worker has let go of. */
  readonly #released = new Set<string>();

  constructor(store: SessionStore, expiry: number) {
    this.#store = store;
    this.expiry = expiry;
  }

  get size(): number {
    return this.#store.size;
  }

  /** The id of the target where a client is. */
  find(clientKey: string): string | undefined {
    return this.#store.get(clientKey);
  }

  entries(): Iterable<PlacementNotice> {
    return this.#store.sync();
  }

  /** @returns where the client's session is now; `undefined` when there was no room for it */
  claim(clientKey: string, target: string, now: number): string | undefined {
    const holder = this.#store.claim(clientKey, target);
    if (holder !== undefined) this.lookAfter(clientKey, now);
    return holder;
  }

  /** @returns whether the session was moved */
  replace(clientKey: string, from: string, to: string, now: number): boolean {
    const isMoved = this.#store.replace(clientKey, from, to);
    if (isMoved) this.lookAfter(clientKey, now);
    return isMoved;
  }

  drop(clientKey: string): void {
    this.#store.drop(clientKey);
    this.#due.delete(clientKey);
    this.#released.delete(clientKey);
  }

  /** Drops the sessions of targets that have been taken out of use. */
  dropWhere(isGone: (target: string) => boolean): void {
    for (const [clientKey, target] of this.#store.sync()) if (isGone(target)) this.drop(clientKey);
  }

  /** A worker that held it doesn't any longer. */
  released(clientKey: string): void {
    if (this.#store.get(clientKey) !== undefined) this.#released.add(clientKey);
  }

  /** A worker has died, and nobody knows what it held. */
  lookAfterAll(now: number): void {
    for (const [clientKey] of this.#store.sync()) this.lookAfter(clientKey, now);
  }

  /** Takes up to `most` of those that have to be looked after now. */
  takeDue(now: number, most: number): string[] {
    const taken: string[] = [];
    for (const clientKey of this.#released) {
      if (taken.length === most) return taken;
      this.#released.delete(clientKey);
      taken.push(clientKey);
    }
    for (const [clientKey, due] of this.#due) {
      if (taken.length === most || due > now) break;
      this.#due.delete(clientKey);
      taken.push(clientKey);
    }
    return taken;
  }

  /** It is to be found out, when its time has passed, whether any worker holds it still. */
  lookAfter(clientKey: string, now: number): void {
    this.#due.delete(clientKey);
    this.#due.set(clientKey, now + this.expiry);
  }
}
