// The channels between the primary of a test fleet and its workers: as slow as the test likes, in order, and nothing is lost while both are
// there. The markers of placements travel with the messages.
import type { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import type { FleetClients } from './fleet-clients.ts';
import type { FleetSessions } from './fleet-sessions.ts';
import type { FleetTruth } from './fleet-truth.ts';
import { type FleetWorker, followingMarkers, type Marker } from './fleet-worker.ts';

/** What channels need of the fleet that they are in. */
export interface ConnectedFleet {
  readonly now: number;
  readonly primary: PrimaryAgreement;
  readonly workers: readonly FleetWorker[];
  readonly sessions: FleetSessions;
  readonly clients: FleetClients;
  readonly truth: FleetTruth;
  note(text: string): void;
  leaveIfIdle(worker: FleetWorker): void;
}

export class FleetChannels {
  /** When everything was delivered last. */
  deliveredAt = 0;
  readonly #fleet: ConnectedFleet;
  /** The placements that the primary has had the time to hear of, and so whoever joins. */
  #heard: number[] = [];

  constructor(fleet: ConnectedFleet) {
    this.#fleet = fleet;
  }

  /** The next primary begins with these placements. */
  begin(heard: readonly number[]): void {
    this.#heard = [...heard];
    this.deliveredAt = this.#fleet.now;
  }

  /** A worker has joined: it is told what the primary has heard. */
  join(worker: FleetWorker): void {
    worker.unread = worker.fromPrimary.length;
    for (const placement of this.#heard) worker.known.add(placement);
  }

  /** A placement that everybody knows without having been told. */
  know(placement: number): void {
    this.#heard.push(placement);
    for (const worker of this.#fleet.workers) worker.known.add(placement);
  }

  /** What a primary's channel brings next. */
  toPrimary(worker: FleetWorker): void {
    const { primary, now } = this.#fleet;
    const message = worker.toPrimary.shift();
    if (message && message.type !== 'marker') {
      this.#fleet.note(`primary <- worker ${worker.id}: ${JSON.stringify(message)}`);
      primary.receive(worker.id, message, now);
    } else if (message) this.#pass(message);
    for (const marker of followingMarkers(worker.toPrimary)) this.#pass(marker);
  }

  #pass(marker: Marker): void {
    const { sessions, truth, workers } = this.#fleet;
    const { placement } = marker;
    const key = sessions.keyOf(placement);
    if (key !== undefined) sessions.decide(placement, truth.placeOf(key), truth.isSuspended);
    this.#heard.push(placement);
    for (const worker of workers) worker.fromPrimary.push(marker);
  }

  /** What a worker's channel brings next. */
  toWorker(worker: FleetWorker): void {
    const message = worker.fromPrimary.shift();
    const markers = followingMarkers(worker.fromPrimary);
    if (!message) return;
    worker.unread = Math.max(worker.unread - 1 - markers.length, 0);
    for (const marker of message.type === 'marker' ? [message, ...markers] : markers) {
      worker.known.add(marker.placement);
    }
    if (message.type === 'marker') return;
    this.#fleet.note(`worker ${worker.id} <- primary: ${JSON.stringify(message)}`);
    // Clients that went on without a decision may have been placed elsewhere here, after it was made and before it was heard.
    if (message.type === 'claimed') for (const key of message.granted) this.#fleet.sessions.granted(key);
    worker.receive(message, this.#fleet.now);
    if (message.type === 'claimed') this.#fleet.clients.claimed(worker);
    this.#fleet.leaveIfIdle(worker);
  }

  deliverAll(): void {
    const { workers } = this.#fleet;
    this.#fleet.note('everything is delivered');
    this.deliveredAt = this.#fleet.now;
    while (workers.some((worker) => !worker.isQuiet)) {
      for (const worker of [...workers]) {
        while (worker.soon.length > 0) worker.soon.shift()?.();
        while (worker.toPrimary.length > 0) this.toPrimary(worker);
        while (worker.fromPrimary.length > 0) this.toWorker(worker);
      }
    }
  }
}
