// The workers of a test fleet whose primary is dead: they hear nothing more, and nobody hears them. They still serve clients that have waited
// for them, and all their connections end soon.
import type { FleetClients } from './fleet-clients.ts';
import type { FleetSessions } from './fleet-sessions.ts';
import type { FleetWorker, Place } from './fleet-worker.ts';

/** What orphans need of the fleet that they are in. */
export interface OrphanedFleet {
  readonly now: number;
  readonly clients: FleetClients;
  readonly sessions: FleetSessions;
  /** An orphan has placed a client. @param isFound whether the lists are known under which it did so */
  placedUnheard(placement: number, isFound: boolean): void;
}

interface Orphan {
  readonly worker: FleetWorker;
  /** When its connections have ended at the latest. */
  readonly until: number;
  /** Whether the primary that is there now has been left the lists of targets by which it goes. */
  isSucceeded: boolean;
}

export class FleetOrphans {
  readonly #fleet: OrphanedFleet;
  #all: readonly Orphan[] = [];

  constructor(fleet: OrphanedFleet) {
    this.#fleet = fleet;
  }

  find(id: number): FleetWorker | undefined {
    return this.#all.find(({ worker }) => worker.id === id)?.worker;
  }

  add(worker: FleetWorker, until: number): void {
    worker.isOrphan = true;
    this.#all = [...this.#all, { worker, until, isSucceeded: true }];
  }

  /** The next primary is left nothing. */
  forget(): void {
    for (const orphan of this.#all) orphan.isSucceeded = false;
  }

  /** A client that has waited in the queue of one of them is accepted. */
  connect(which: number, key: string): void {
    const orphan = this.#all[which % this.#all.length];
    if (orphan && orphan.worker.unread === 0) this.#fleet.clients.connect(orphan.worker, key);
  }

  /** A target answers one of their dials. */
  answer(which: number): void {
    const orphan = this.#pick(which, ({ dials }) => dials.length > 0);
    if (!orphan) return;
    const { worker, isSucceeded } = orphan;
    const before = worker.places.length;
    this.#fleet.clients.settle(worker, which, 'answered');
    const placed = worker.places.length > before ? worker.places.at(-1)?.holding : undefined;
    if (placed) this.#fleet.placedUnheard(placed.number, isSucceeded);
  }

  /** One of their connections ends. */
  close(which: number): void {
    const orphan = this.#pick(which, ({ places }) => places.length > 0);
    if (orphan) this.#end(orphan.worker, which, this.#fleet.now);
  }

  /** It is later than before. */
  pass(): void {
    const { now, clients, sessions } = this.#fleet;
    for (const { worker, until } of this.#all) {
      if (until > now) clients.goOn(worker);
      else {
        worker.waiting.clear();
        while (worker.dials.length > 0) clients.settle(worker, 0, 'left');
        while (worker.places.length > 0) this.#end(worker, 0, until);
        sessions.loseWorker(worker.id, until);
      }
    }
    this.#all = this.#all.filter(({ until }) => until > now);
  }

  #pick(which: number, can: (worker: FleetWorker) => boolean): Orphan | undefined {
    const able = this.#all.filter(({ worker }) => can(worker));
    return able[which % able.length];
  }

  #end(worker: FleetWorker, which: number, at: number): void {
    const [place] = worker.places.splice(which % worker.places.length, 1) as [Place];
    place.placement.release(at);
    if (place.holding) this.#fleet.sessions.end(place.holding, at);
  }
}
