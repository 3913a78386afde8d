// Sessions that retired workers hand over before they leave: which worker adopts them, and when. Only between two changes of epoch: then
// whoever adopts them has received all that its predecessor has told of them, and tells of them itself in the next change.

import type { SessionNotice } from '../protocol/agreement-messages.ts';
import type { WorkerId } from './members.ts';

export interface Handover {
  /** The worker that adopts the sessions. */
  readonly heir: WorkerId;
  readonly sessions: readonly SessionNotice[];
}

type IsGone = (target: string) => boolean;

export class Handovers {
  /** What each worker has handed over and nobody could adopt yet: one piece at most, since the next one comes after the answer. */
  readonly #waiting = new Map<WorkerId, { readonly sessions: readonly SessionNotice[]; readonly since: number }>();
  /** The heir of the last piece: the next one goes to another worker, so that no table has to take them all. */
  #last: WorkerId = -1;

  /** A worker has handed sessions over. Those of targets that are out of use are over, and it may not know that yet. */
  add(worker: WorkerId, sessions: readonly SessionNotice[], isGone: IsGone, now: number): void {
    this.#waiting.set(worker, { sessions: sessions.filter(([, target]) => !isGone(target)), since: now });
  }

  /** Drops the sessions of targets that have been taken out of use: one that comes back later has none. */
  dropWhere(isGone: IsGone): void {
    for (const [worker, { sessions, since }] of this.#waiting) this.add(worker, sessions, isGone, since);
  }

  /** A worker is gone. What it handed over and nobody has adopted goes with it, as what it had kept does. */
  leave(worker: WorkerId): void {
    this.#waiting.delete(worker);
  }

  /** Takes what waits, if one of these workers can adopt it. @param accepting the workers that accept connections */
  *take(accepting: readonly WorkerId[], now: number): Generator<Handover & { readonly from: WorkerId }> {
    for (const [from, { sessions, since }] of this.#waiting) {
      const heirs = accepting.filter((worker) => worker !== from).sort((a, b) => a - b);
      const heir = heirs.find((worker) => worker > this.#last) ?? heirs[0];
      if (heir === undefined) continue;
      this.#last = heir;
      this.#waiting.delete(from);
      yield { from, heir, sessions: sessions.map(([key, target, idle]) => [key, target, idle + now - since]) };
    }
  }
}
