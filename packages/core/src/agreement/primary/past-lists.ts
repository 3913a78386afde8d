// The lists of targets under which sessions have been lost: a session at home is known to its own worker only, and when that worker
// dies, its client is still expected at that home. Kept by the primary. They are the lists alone; `PastHomes` says where they lead.
import { MOST_PAST_LISTS, type PastList, type PastTarget } from '../../policies/past-homes.ts';
import type { TargetPool } from '../../targets/target-pool.ts';

/** ms for which a lost session is reckoned with at most, however long sessions last. */
const LONGEST_MEMORY = 3_600_000;

/** For how long sessions last that have been lost with an earlier primary, in ms. */
export interface LostSessions {
  readonly sessionExpiry: number;
  /** For how long they may still have connections before that. */
  readonly heldFor: number;
}

export class PastLists {
  /** The oldest first. Each was read after those before it, so it says nothing without them. */
  #lists: readonly PastList[] = [];
  #until = Number.NEGATIVE_INFINITY;

  /**
   * Sessions have been lost under the present list. All lists count from now on for as long as such a session would have lasted, since
   * each of them may have decided where one was. @param isLeading whether earlier lists lead clients now, also if their time is over
   */
  remember(pool: TargetPool, isLeading: boolean, sessionExpiry: number, now: number): void {
    this.#lists = this.current(pool, isLeading, now);
    this.#until = Math.max(this.#until, now + Math.min(sessionExpiry, LONGEST_MEMORY));
  }

  /** Sessions have been lost under the lists of an earlier primary. If it has left none, it is taken to have had the present one. */
  succeed(lists: readonly PastList[], pool: TargetPool, { sessionExpiry, heldFor }: LostSessions, now: number): void {
    this.#lists = lists.length > 0 ? lists.slice(-MOST_PAST_LISTS) : [enabledTargets(pool)];
    this.#until = now + heldFor + Math.min(sessionExpiry, LONGEST_MEMORY);
    this.dropEnded(pool);
  }

  isOver(now: number): boolean {
    return now >= this.#until;
  }

  /** The lists that decide where clients are now: those that count still, and the present one. */
  current(pool: TargetPool, isLeading: boolean, now: number): readonly PastList[] {
    const present = enabledTargets(pool);
    const lists = isLeading ? this.#lists : this.#valid(now);
    if (text(lists.at(-1)) === text(present)) return lists;
    return [...lists, present].slice(-MOST_PAST_LISTS);
  }

  /** The lists that lead clients elsewhere than these targets do. */
  leading(pool: TargetPool, now: number): readonly PastList[] {
    const present = text(enabledTargets(pool));
    const lists = this.#valid(now).map((list) => withoutEnded(list, pool));
    return lists.slice(0, 1 + lists.findLastIndex((list) => text(list) !== present));
  }

  /** Targets have been taken out of use: one that comes back later has lost its sessions. */
  dropEnded(pool: TargetPool): void {
    this.#lists = this.#lists.map((list) => withoutEnded(list, pool));
  }

  #valid(now: number): readonly PastList[] {
    return this.isOver(now) ? [] : this.#lists;
  }
}

function enabledTargets(pool: TargetPool): PastList {
  return pool.targets.filter(({ enabled }) => enabled).map(({ id, weight }) => ({ id, weight }));
}

function withoutEnded(list: PastList, pool: TargetPool): PastList {
  return list.map((target): PastTarget => (pool.get(target.id)?.keepsSessions ? target : { ...target, isOver: true }));
}

const text = (list: PastList | undefined): string => JSON.stringify(list);
