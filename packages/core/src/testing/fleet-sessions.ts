// The sessions of a test fleet's clients as an onlooker sees them who knows everything at once, and what must hold for each
// new placement. Workers that place a client before they can have heard of each other are rivals: the primary's word decides.
import type { FleetSuccession } from './fleet-succession.ts';
import { EXPIRY } from './fleet-times.ts';

/** A client's connections through one worker. */
export interface Presence {
  live: number;
  endedAt: number;
}

export interface Holding {
  readonly number: number;
  readonly worker: number;
  readonly key: string;
  readonly target: string;
  /** Whether it began where everyone would look for it. */
  readonly atHome: boolean;
  readonly presence: Presence;
  readonly rivals: Set<Holding>;
  /** The one that its worker has led the client away from, which the primary may refuse. */
  readonly before: Holding | undefined;
  /** Its client has gone elsewhere for a good reason. */
  lost: boolean;
  /** The number of the placement with which that was decided, where it was the primary's word. */
  lostWith?: number;
  /** Its target has been out of use since: a session that begins now is another. */
  over: boolean;
  /** Its worker has gone. If it is also lost nobody has to keep to it, but the primary may have heard of it, and then all follow it. */
  gone: boolean;
  /** It has begun while it was undecided where its client goes. */
  readonly isRash: boolean;
  /** The worker that keeps it now, and the one that it has been handed over to. */
  keeper: number;
  heir: number | undefined;
}

export interface Onlooker {
  /** Whether a worker has a reason to lead a client away from a target. */
  readonly mayLeave: (worker: number, target: string) => boolean;
  /** Whether a worker has had the time to hear what came of a placement. */
  readonly knows: (worker: number, placement: number) => boolean;
  /** Whether a session that began at home is kept to even by workers that can't have heard of it. */
  readonly strict: boolean;
}

export class FleetSessions {
  /** By worker and client. */
  readonly #holdings = new Map<string, Holding>();
  readonly #byNumber = new Map<number, Holding>();
  readonly #onlooker: Onlooker;
  #number = 0;
  /** Clients whose sessions away from home were not written in time: the next primary does not know of them, and orphans still do. */
  readonly #unwritten = new Set<string>();
  /** Clients that have claimed a target and may have left before they had a connection there. */
  readonly #granted = new Set<string>();

  constructor(onlooker: Onlooker) {
    this.#onlooker = onlooker;
  }

  /** Counts a connection. `isNew`: the client's session has begun there, or has moved there. */
  place(
    worker: number,
    key: string,
    target: string,
    atHome: boolean,
    now: number,
    isRash = false,
  ): { holding: Holding; isNew: boolean } {
    const name = `${worker} ${key}`;
    const before = this.#holdings.get(name);
    const present = before && this.#isAlive(before, now) ? before : undefined;
    const presence = present && !present.over ? present.presence : { live: 0, endedAt: now };
    const rivals = new Set<Holding>();
    for (const other of this.#holdings.values()) {
      if (other.key !== key || other.target === target || !this.#isAlive(other, now)) continue;
      if (other.lost && !other.gone) continue;
      if (!other.lost) this.#expectExcuse(worker, target, other);
      rivals.add(other);
    }
    presence.live += 1;
    if (present?.target === target && this.#isOpen(worker, present)) return { holding: present, isNew: false };
    this.#number += 1;
    const holding = {
      number: this.#number,
      worker,
      key,
      target,
      atHome,
      presence,
      rivals,
      before: present,
      lost: false,
      over: false,
      gone: false,
      isRash,
      keeper: worker,
      heir: undefined,
    };
    for (const rival of rivals) rival.rivals.add(holding);
    this.#holdings.set(name, holding);
    this.#byNumber.set(holding.number, holding);
    return { holding, isNew: true };
  }

  #expectExcuse(worker: number, target: string, other: Holding): void {
    const { mayLeave, knows, strict } = this.#onlooker;
    if (mayLeave(worker, other.target)) return;
    const isExpected = strict && other.atHome && !this.#unwritten.has(other.key);
    if (!isExpected && worker !== other.worker && !knows(worker, other.number)) return;
    // As long as it isn't decided between two that began at once, it may be led as from either.
    const explains = (rival: Holding): boolean => rival.target === target || mayLeave(worker, rival.target);
    if ([...other.rivals].some((rival) => this.#isOpen(worker, rival) && explains(rival))) return;
    const { key, worker: holder, number } = other;
    throw new Error(
      `Worker ${worker} placed ${key} on ${target}, though it has session ${number} on ${other.target} at worker ${holder}.`,
    );
  }

  /** Whether a worker may still go by it: nobody has decided otherwise, or the worker can't know of that. */
  #isOpen(worker: number, { lost, gone, lostWith }: Holding): boolean {
    return !lost || gone || (lostWith !== undefined && !this.#onlooker.knows(worker, lostWith));
  }

  /** Of the clients that have had sessions. */
  get keys(): ReadonlySet<string> {
    return new Set([...[...this.#holdings.values()].map(({ key }) => key), ...this.#granted]);
  }

  keyOf(number: number): string | undefined {
    return this.#byNumber.get(number)?.key;
  }

  /** A connection has ended that was counted in the client's session. */
  end({ presence }: Holding, now: number): void {
    presence.live -= 1;
    presence.endedAt = now;
  }

  /**
   * The primary has had the time to hear of it: from now on the place it has decided on is the only one.
   * @param isSuspended whether the primary takes a target to be suspended
   */
  decide(number: number, decision: string | undefined, isSuspended: (target: string) => boolean): void {
    const holding = this.#byNumber.get(number);
    if (!holding) return;
    this.#byNumber.delete(number);
    const rivals = [holding, ...holding.rivals];
    const isRival = rivals.some(({ target, before }) => target === decision || before?.target === decision);
    // Otherwise a worker that has died may have held the one decided on. A session at a suspended target may be refused for it, and so may
    // one that has begun while it was undecided where its client goes, even for a session that is over and not yet known to be.
    if (!isRival && !holding.isRash && !isSuspended(holding.target)) return;
    // Of those that it has yet to hear of nothing is decided.
    for (const rival of isRival ? rivals : [holding]) {
      if (rival.target === decision || rival.lost || this.#byNumber.has(rival.number)) continue;
      rival.lost = true;
      rival.lostWith = number;
    }
  }

  /** A client is placed where it was served for a passing reason: of those who have been asked, nobody has a session of it. */
  granted(key: string): void {
    this.#granted.add(key);
    for (const holding of this.#holdings.values()) {
      const isUnknown = holding.isRash && this.#byNumber.has(holding.number);
      if (holding.key === key && (holding.gone || isUnknown)) holding.lost = true;
    }
  }

  /** A target takes no connection, not even of its sessions: they are over. */
  loseTargets(isGone: (target: string) => boolean): void {
    for (const holding of this.#holdings.values()) {
      if (isGone(holding.target)) Object.assign(holding, { lost: true, over: true });
    }
  }

  /** Another worker has been sent a client's session. */
  handOver(worker: number, key: string, heir: number): void {
    for (const holding of this.#holdings.values()) {
      if (holding.keeper === worker && holding.key === key) holding.heir = heir;
    }
  }

  /** A worker is gone, and with it the sessions that it alone has kept. Where they were is known of those at home and those told of. */
  loseWorker(worker: number, now: number): void {
    for (const holding of this.#holdings.values()) {
      if (holding.heir === worker) holding.heir = undefined;
      if (holding.keeper !== worker) continue;
      const { presence, heir } = holding;
      if (presence.live > 0) Object.assign(presence, { live: 0, endedAt: now });
      if (heir !== undefined) Object.assign(holding, { keeper: heir, heir: undefined });
      else Object.assign(holding, { gone: true, lost: holding.lost || !this.#isFound(holding) });
    }
  }

  /**
   * The primary is gone with all that it has heard, and no worker of the next one knows more than that does.
   * @returns the placements that the next one knows, or looks for where they are: whoever joins keeps to them, as long as their sessions last
   */
  losePrimary(succession: FleetSuccession, now: number): number[] {
    this.#byNumber.clear();
    for (const key of succession.unwritten) this.#unwritten.add(key);
    for (const [name, holding] of this.#holdings) {
      const { key, target, lost, worker, number } = holding;
      const place = succession.placeOf(key);
      holding.rivals.clear();
      if (!lost && place === target) continue;
      this.#holdings.delete(name);
      if (lost || !this.#isAlive(holding, now)) continue;
      if (!succession.mustFind(key, target)) {
        this.#unwritten.add(key);
        continue;
      }
      throw new Error(
        `The next primary looks for ${key} at ${place}, though it has session ${number} on ${target} at worker ${worker}.`,
      );
    }
    return [...this.#holdings.values()].map(({ number }) => number);
  }

  /** No primary hears of a placement. If the client is looked for elsewhere, nobody has to keep to it. @returns whether it is found */
  placedUnheard(number: number, placeOf: (key: string) => string | undefined): boolean {
    const holding = this.#byNumber.get(number);
    if (!holding) return false;
    this.#byNumber.delete(number);
    holding.lost = placeOf(holding.key) !== holding.target;
    return !holding.lost;
  }

  /** Whether those who are left look for a client where it was. */
  #isFound({ atHome, number }: Holding): boolean {
    return atHome || !this.#byNumber.has(number);
  }

  #isAlive({ presence }: Holding, now: number): boolean {
    return presence.live > 0 || now < presence.endedAt + EXPIRY;
  }
}
