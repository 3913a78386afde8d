// The primary's part in the agreement: the truth about targets and displaced sessions, and what the workers hear of it.
// Pure: it is handed messages, the time, and a way to send. Whatever brings a client's home into use goes through one door,
// the change of epoch (`#advance`, `#commit`), so that no session is split.
import type { HashKey } from '../hash.ts';
import type { TargetMode } from '../target.ts';
import type { TargetOptions } from '../target-control.ts';
import { TargetPool, type TargetPoolOptions } from '../target-pool.ts';
import { DisplacedSessions } from './displaced-sessions.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';
import { ExpiryRounds } from './expiry-rounds.ts';
import { type FromPrimary, type FromWorker, type Place, type PlacementNotice, pieces } from './messages.ts';
import { type Standing, standing, takesOver } from './standing.ts';
import { targetStates } from './target-states.ts';
import { TrialLeases } from './trial-leases.ts';

/** What tells one worker process from another, for as long as the primary lives. */
export type WorkerId = number;

export interface AgreementLimits {
  /** How long a target that failed is left alone, in ms. */
  readonly suspension: number;
  /** How long a session outlives its last connection, in ms. */
  readonly sessionExpiry: number;
  /** The most displaced sessions. Those beyond are known to their own worker only. */
  readonly limit: number;
}

export interface PrimaryAgreementOptions extends AgreementLimits {
  readonly targets: readonly TargetOptions[];
  readonly hashKey?: HashKey;
  /** In order, and nothing lost as long as the worker lives. */
  readonly send: (worker: WorkerId, message: FromPrimary) => void;
  readonly onHealth?: TargetPoolOptions['onHealth'];
  /** Told of each epoch that has begun. */
  readonly onEpoch?: (epoch: number) => void;
}

export class PrimaryAgreement {
  readonly #options: PrimaryAgreementOptions;
  readonly #pool: TargetPool;
  readonly #displaced: DisplacedSessions;
  readonly #leases = new TrialLeases();
  readonly #expiry: ExpiryRounds;
  readonly #workers = new Set<WorkerId>();
  #wanted: Wanted;
  #change: EpochChange | undefined;
  #epoch = 0;

  constructor(options: PrimaryAgreementOptions) {
    this.#options = options;
    this.#pool = new TargetPool(options);
    this.#pool.setTargets(options.targets);
    this.#wanted = { targets: options.targets, modes: new Map(), restored: new Map() };
    this.#displaced = new DisplacedSessions({ expiry: options.sessionExpiry, limit: options.limit });
    this.#expiry = new ExpiryRounds(this.#displaced, (message) => this.#tellAll(message));
  }

  /** Changes these durations (ms) and this limit from now on. */
  configure({ suspension, sessionExpiry, limit }: AgreementLimits): void {
    this.#pool.suspension = suspension;
    this.#displaced.configure({ expiry: sessionExpiry, limit });
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The targets of this epoch, in the order of the list. */
  get targets(): TargetPool['targets'] {
    return this.#pool.targets;
  }

  get displacedSessions(): number {
    return this.#displaced.size;
  }

  /** The workers that a change of epoch is waiting for; none when there is no change under way. */
  get awaited(): readonly WorkerId[] {
    return this.#change ? [...this.#change.awaited] : [];
  }

  /** Where a client is that isn't at home: the id of a target. */
  find(clientKey: string): string | undefined {
    return this.#displaced.find(clientKey);
  }

  /** A worker has come: it hears what holds now, and takes part from here on. It must accept nothing before it has. */
  join(worker: WorkerId, now: number): void {
    this.#workers.add(worker);
    this.#send(worker, this.#state(now));
    for (const placements of pieces([...this.#displaced.entries()])) {
      this.#send(worker, { type: 'placed', placements });
    }
    const question = this.#expiry.join(worker);
    if (question) this.#send(worker, question);
    if (!this.#change) return;
    this.#change.awaited.add(worker);
    this.#send(worker, this.#change.announcement);
  }

  /** A worker accepts nothing more. It stays in until it has left. */
  retire(worker: WorkerId): void {
    this.#leases.retire(worker);
  }

  /** A worker is gone, in order or not. */
  leave(worker: WorkerId, now: number): void {
    if (!this.#workers.delete(worker)) return;
    this.#leases.forget(worker);
    this.#displaced.lookAfterAll(now);
    this.#expiry.leave(worker);
    this.#change?.awaited.delete(worker);
    this.#commitIfReady(now);
  }

  /** Replaces the list of targets. Those that stay keep their mode and health. */
  setTargets(targets: readonly TargetOptions[], now: number): void {
    this.#wanted = { ...this.#wanted, targets };
    this.#advance(now);
    if (!this.#change) this.#tellAll(this.#state(now)); // whoever expects a change is told that there is none
  }

  /** @returns whether there is such a target */
  setMode(id: string, mode: Exclude<TargetMode, 'removed'>, now: number): boolean {
    const target = this.#pool.get(id);
    if (!target) return false;
    this.#wanted.modes.set(id, mode);
    this.#advance(now);
    return true;
  }

  /** Leaves a target alone for the time of suspension. */
  suspend(id: string, now: number, reason?: string): void {
    const target = this.#pool.get(id);
    if (!target) return;
    this.#pool.suspend(target, now, reason);
    this.#leases.endFor(id);
    const { suspension: duration } = this.#pool;
    this.#tellAll({ type: 'suspended', target: id, version: target.healthVersion, duration });
  }

  receive(worker: WorkerId, message: FromWorker, now: number): void {
    if (!this.#workers.has(worker)) return;
    switch (message.type) {
      case 'place':
        return this.#place(worker, message, now);
      case 'prepared':
        if (message.epoch === this.#change?.epoch) this.#change.awaited.delete(worker);
        return this.#commitIfReady(now);
      case 'held':
        return this.#expiry.answered(worker, message.check, message.clientKeys);
      case 'released':
        for (const clientKey of message.clientKeys) this.#displaced.released(clientKey);
        return;
      case 'failed':
        if (this.#pool.get(message.target)?.healthVersion === message.version) {
          this.suspend(message.target, now, message.reason);
        }
        return;
      case 'reached': {
        const target = this.#pool.get(message.target);
        if (!target?.suspended || target.healthVersion !== message.version) return;
        this.#wanted.restored.set(message.target, message.version);
        this.#advance(now);
      }
    }
  }

  /** To be called several times a second: trials that are due, and sessions that may be over. */
  tick(now: number): void {
    for (const target of this.#pool.targets) {
      if (!target.trialDue(now)) continue;
      const lease = this.#leases.lend(target.id, this.#workers, now);
      if (!lease) continue;
      this.#send(lease.worker, {
        type: 'trial',
        target: target.id,
        version: target.healthVersion,
        lease: lease.length,
      });
    }
    this.#expiry.tick(now, this.#workers);
  }

  /** The first word on a client counts, as long as its target can serve it. */
  #place(worker: WorkerId, { placements, declared = false }: Place, now: number): void {
    const news: PlacementNotice[] = [];
    const answer: PlacementNotice[] = [];
    for (const placement of placements) {
      const [clientKey, id] = placement;
      const known = this.#displaced.find(clientKey);
      const isFirst = known === undefined || known === id;
      const counts = isFirst || takesOver(this.#standing(id), this.#standing(known), declared);
      if (counts && this.#pool.get(id)?.keepsSessions && this.#displaced.set(clientKey, id, now)) {
        news.push(placement);
        answer.push(placement);
        this.#expiry.begun(clientKey);
      } else if (known !== undefined) {
        answer.push([clientKey, known]);
        this.#displaced.lookAfter(clientKey, now); // its holder may have been this worker, and may no longer be
      }
    }
    for (const other of this.#workers) {
      if (other === worker) this.#send(other, { type: 'placed', placements: answer, answer: true });
      else if (news.length > 0) this.#send(other, { type: 'placed', placements: news });
    }
  }

  #standing(id: string): Standing {
    return standing(this.#pool.get(id), this.#change, this.#wanted);
  }

  /** Begins the next change of epoch, if there is something to change and none is under way. */
  #advance(now: number): void {
    if (this.#change) return;
    const wanted = this.#wanted;
    // Also when it is so already: it must not be done later, to another target of that name.
    this.#wanted = { targets: wanted.targets, modes: new Map(), restored: new Map() };
    if (!EpochChange.isNeeded(this.#pool, wanted)) return;
    this.#change = new EpochChange(this.#epoch + 1, this.#pool, wanted, this.#workers, now);
    this.#tellAll(this.#change.announcement);
    this.#commitIfReady(now);
  }

  #commitIfReady(now: number): void {
    const change = this.#change;
    if (!change || change.awaited.size > 0) return;
    this.#change = undefined;
    change.apply(this.#pool);
    this.#epoch = change.epoch;
    this.#displaced.dropWhere((id) => !this.#pool.get(id)?.keepsSessions);
    this.#tellAll(this.#state(now));
    this.#options.onEpoch?.(this.#epoch);
    this.#advance(now);
  }

  #state(now: number): FromPrimary {
    return { type: 'epoch', epoch: this.#epoch, targets: targetStates(this.#pool.targets, now) };
  }

  #send(worker: WorkerId, message: FromPrimary): void {
    this.#options.send(worker, message);
  }

  #tellAll(message: FromPrimary): void {
    for (const worker of this.#workers) this.#send(worker, message);
  }
}
