// The sessions that are away from home: where each is, as the store has it, and when it is to be looked after.
import type { PlacementNotice } from '../../protocol/agreement-messages.ts';
import type { SessionStore } from '../../store/session-store.ts';

export class DisplacedSessions {
  /** ms after which a session is looked after: whether any worker holds it still. */
  expiry: number;
  readonly #store: SessionStore;
  /** When each is due, the soonest first: all are given the same time. Those that have been looked after aren't in it. */
  readonly #due = new Map<string, number>();
  /** Those that a worker has let go of. */
  readonly #released = new Set<string>();
  /** Until then a worker that is gone may have held any. */
  #uncertainUntil = Number.NEGATIVE_INFINITY;
  readonly #onChange: () => void;
  /** Those that workers of an earlier primary may hold, which cannot be asked, and when no such worker can hold one any longer. */
  readonly #inherited = new Set<string>();
  #inheritedUntil = Number.NEGATIVE_INFINITY;

  /** @param onChange called when a session has begun, has moved or is over */
  constructor(store: SessionStore, expiry: number, onChange: () => void = () => {}) {
    this.#store = store;
    this.expiry = expiry;
    this.#onChange = onChange;
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

  /** The sessions that began last, `most` of them, the oldest of them first. */
  *newest(most: number): Generator<PlacementNotice, void, void> {
    let older = this.#store.size - most;
    for (const placement of this.#store.sync()) {
      if (older <= 0) yield placement;
      else older -= 1;
    }
  }

  /**
   * Takes over the sessions of an earlier primary. Its workers may hold them until then; nobody is asked before.
   * @returns how many there was room for
   */
  inherit(sessions: Iterable<PlacementNotice>, until: number): number {
    this.#inheritedUntil = until;
    for (const [clientKey, target] of sessions) {
      if (this.#store.claim(clientKey, target) === target) this.#inherited.add(clientKey);
    }
    return this.#inherited.size;
  }

  /** @returns where the client's session is now; `undefined` when there was no room for it */
  claim(clientKey: string, target: string, now: number): string | undefined {
    const before = this.#store.size;
    const holder = this.#store.claim(clientKey, target);
    if (holder !== undefined) this.lookAfter(clientKey, now);
    if (this.#store.size !== before) this.#onChange();
    return holder;
  }

  /** @returns whether the session was moved */
  replace(clientKey: string, from: string, to: string, now: number): boolean {
    const isMoved = this.#store.replace(clientKey, from, to);
    if (!isMoved) return false;
    this.lookAfter(clientKey, now);
    this.#onChange();
    return true;
  }

  drop(clientKey: string): void {
    this.#store.drop(clientKey);
    this.#due.delete(clientKey);
    this.#released.delete(clientKey);
    this.#inherited.delete(clientKey);
    this.#onChange();
  }

  /** Drops the sessions of targets that have been taken out of use. */
  dropWhere(isGone: (target: string) => boolean): void {
    for (const [clientKey, target] of this.#store.sync()) if (isGone(target)) this.drop(clientKey);
  }

  /** A worker that held it doesn't any longer. */
  released(clientKey: string, now: number): void {
    if (now < this.#uncertainUntil || this.#inherited.has(clientKey)) return;
    if (this.#store.get(clientKey) !== undefined) this.#released.add(clientKey);
  }

  /** A worker is gone, and nobody knows what it held: perhaps those that others have let go of, too. */
  lookAfterAll(now: number): void {
    this.#released.clear();
    this.#uncertainUntil = now + this.expiry;
    for (const [clientKey] of this.#store.sync()) this.lookAfter(clientKey, now);
  }

  /** Takes up to `most` of those that have to be looked after now. */
  takeDue(now: number, most: number): string[] {
    const taken: string[] = [];
    this.#endInheritance(now);
    for (const clientKey of this.#released) {
      if (taken.length === most) return taken;
      this.#released.delete(clientKey);
      taken.push(clientKey);
    }
    for (const [clientKey, due] of this.#due) {
      if (taken.length === most || due > now) break;
      this.#due.delete(clientKey);
      if (!this.#inherited.has(clientKey)) taken.push(clientKey);
    }
    return taken;
  }

  /** It is to be found out, when its time has passed, whether any worker holds it still. */
  lookAfter(clientKey: string, now: number): void {
    this.#due.delete(clientKey);
    this.#due.set(clientKey, now + this.expiry);
  }

  #endInheritance(now: number): void {
    if (this.#inherited.size === 0 || now < this.#inheritedUntil) return;
    // Those that are due later may be held by nobody and last all the same: one of this primary's workers has died since.
    for (const clientKey of this.#inherited) if (!this.#due.has(clientKey)) this.#released.add(clientKey);
    this.#inherited.clear();
  }
}
