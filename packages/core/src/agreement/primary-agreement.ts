// The primary's part in the agreement: the truth about targets and displaced sessions, and what the workers hear of it.
// Pure: it is handed messages, the time, and a way to send. Whatever brings a client's home into use goes through one door,
// the change of epoch (`#advance`, `#commit`), so that no session is split.
import type { HashKey } from '../hash.ts';
import type { TargetMode } from '../target.ts';
import type { TargetOptions } from '../target-control.ts';
import { TargetPool, type TargetPoolOptions } from '../target-pool.ts';
import { DisplacedSessions } from './displaced-sessions.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';
import { ExpiryCheck } from './expiry-check.ts';
import { type FromPrimary, type FromWorker, LONGEST_LIST, type PlacementNotice, pieces } from './messages.ts';
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
  readonly #workers = new Set<WorkerId>();
  #wanted: Wanted;
  #change: EpochChange | undefined;
  #check: ExpiryCheck | undefined;
  #epoch = 0;
  #checks = 0;

  constructor(options: PrimaryAgreementOptions) {
    this.#options = options;
    this.#pool = new TargetPool(options);
    this.#pool.setTargets(options.targets);
    this.#wanted = { targets: options.targets, modes: new Map(), restored: new Map() };
    this.#displaced = new DisplacedSessions({ expiry: options.sessionExpiry, limit: options.limit });
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
    if (this.#check) {
      this.#check.join(worker);
      this.#send(worker, this.#checkMessage(this.#check));
    }
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
    this.#answered(worker, []);
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
        return this.#place(message.placements, now);
      case 'prepared':
        if (message.epoch === this.#change?.epoch) this.#change.awaited.delete(worker);
        return this.#commitIfReady(now);
      case 'held':
        if (message.check === this.#check?.number) this.#answered(worker, message.clientKeys);
        return;
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
    if (this.#check) return;
    const clientKeys = this.#displaced.takeDue(now, LONGEST_LIST);
    if (clientKeys.length === 0) return;
    this.#checks += 1;
    this.#check = new ExpiryCheck(this.#checks, clientKeys, this.#workers);
    this.#tellAll(this.#checkMessage(this.#check));
    this.#finishCheck();
  }

  /** The first word on a client counts, as long as its target can serve it. */
  #place(placements: readonly PlacementNotice[], now: number): void {
    const news = placements.filter(([clientKey, id]) => {
      if (!this.#pool.get(id)?.keepsSessions) return false;
      const known = this.#displaced.find(clientKey);
      if (known !== undefined && known !== id && this.#isUsable(known)) return false;
      return this.#displaced.set(clientKey, id, now);
    });
    if (news.length > 0) this.#tellAll({ type: 'placed', placements: news });
  }

  #isUsable(id: string): boolean {
    return (this.#pool.get(id)?.availableToSession ?? false) && (this.#change?.keepsSessions(id) ?? true);
  }

  /** Begins the next change of epoch, if there is something to change and none is under way. */
  #advance(now: number): void {
    if (this.#change || !EpochChange.isNeeded(this.#pool, this.#wanted)) return;
    this.#change = new EpochChange(this.#epoch + 1, this.#pool, this.#wanted, this.#workers, now);
    this.#wanted = { targets: this.#wanted.targets, modes: new Map(), restored: new Map() };
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

  #checkMessage({ number: check, clientKeys }: ExpiryCheck): FromPrimary {
    return { type: 'check', check, clientKeys };
  }

  #answered(worker: WorkerId, held: readonly string[]): void {
    this.#check?.answered(worker, held);
    this.#finishCheck();
  }

  #finishCheck(): void {
    const check = this.#check;
    if (!check?.isOver) return;
    this.#check = undefined;
    for (const clientKey of check.dropped) this.#displaced.drop(clientKey);
    this.#tellAll({ type: 'checked', kept: check.kept, dropped: check.dropped });
  }

  #send(worker: WorkerId, message: FromPrimary): void {
    this.#options.send(worker, message);
  }

  #tellAll(message: FromPrimary): void {
    for (const worker of this.#workers) this.#send(worker, message);
  }
}
