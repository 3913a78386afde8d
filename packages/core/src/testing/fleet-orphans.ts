// The workers of a test fleet whose primary is dead: they accept nothing more, nobody hears them, and their connections end soon.
import type { FleetClients } from './fleet-clients.ts';
import type { FleetSessions } from './fleet-sessions.ts';
import type { FleetWorker, Place } from './fleet-worker.ts';

interface Orphan {
  readonly worker: FleetWorker;
  /** When its connections have ended at the latest. */
  readonly until: number;
}

export class FleetOrphans {
  readonly #sessions: FleetSessions;
  #all: readonly Orphan[] = [];

  constructor(sessions: FleetSessions) {
    this.#sessions = sessions;
  }

  add(worker: FleetWorker, clients: FleetClients, until: number): void {
    worker.waiting.clear();
    while (worker.dials.length > 0) clients.settle(worker, 0, 'left');
    this.#all = [...this.#all, { worker, until }];
  }

  /** One of their connections ends. */
  close(which: number, now: number): void {
    const busy = this.#all.filter(({ worker }) => worker.places.length > 0);
    const orphan = busy[which % busy.length];
    if (orphan) this.#end(orphan.worker, which, now);
  }

  /** It is now so late. */
  pass(now: number): void {
    for (const { worker, until } of this.#all) {
      if (until <= now) while (worker.places.length > 0) this.#end(worker, 0, until);
    }
    this.#all = this.#all.filter(({ worker }) => worker.places.length > 0);
  }

  #end(worker: FleetWorker, which: number, at: number): void {
    const [place] = worker.places.splice(which % worker.places.length, 1) as [Place];
    place.placement.release(at);
    if (place.holding) this.#sessions.end(place.holding, at);
  }
}
