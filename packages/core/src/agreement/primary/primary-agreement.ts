// The primary's part in the agreement: the truth about targets and displaced sessions, and what the workers hear of it.
// Pure: it is handed messages, the time, and a way to send. Whatever brings a client's home into use goes through one door,
// the change of epoch (`#advance`, `#commit`), so that no session is split.
import { DecidingHealth } from '../../targets/deciding-health.ts';
import type { HealthNews } from '../../targets/health-news.ts';
import type { TargetOptions } from '../../targets/target-options.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetMode } from '../../targets/target-record.ts';
import { targetStates } from '../../targets/target-state.ts';
import { type FromPrimary, type FromWorker, type Place, pieces } from '../protocol/agreement-messages.ts';
import { type AgreementSnapshot, applySnapshot, type Resumed, takeSnapshot } from './agreement-snapshot.ts';
import { DisplacedSessions } from './displaced-sessions.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';
import { ExpiryRounds } from './expiry-rounds.ts';
import { Handovers } from './handovers.ts';
import { Members, type WorkerId } from './members.ts';
import { place } from './placing.ts';
import type { AgreementRules, PrimaryAgreementOptions } from './primary-agreement-options.ts';

export class PrimaryAgreement {
  readonly #onEpoch: PrimaryAgreementOptions['onEpoch'];
  readonly #onChange: () => void;
  readonly #health: DecidingHealth;
  readonly #pool: TargetPool;
  readonly #displaced: DisplacedSessions;
  readonly #expiry: ExpiryRounds;
  readonly #handovers = new Handovers();
  readonly #members: Members;
  #wanted: Wanted;
  #change: EpochChange | undefined;
  #epoch = 0;

  constructor(options: PrimaryAgreementOptions) {
    this.#onEpoch = options.onEpoch;
    this.#onChange = options.onChange ?? (() => {});
    this.#members = new Members(options.send);
    this.#health = new DecidingHealth(options);
    this.#pool = new TargetPool(options.hashKey);
    this.#pool.setTargets(options.targets);
    this.#wanted = { targets: options.targets, addresses: new Map(), modes: new Map(), restored: new Map() };
    this.#displaced = new DisplacedSessions(options.store, options.sessionExpiry, this.#onChange);
    this.#expiry = new ExpiryRounds(this.#displaced, (message) => this.#members.tellAll(message));
  }

  /** Goes by these from now on. */
  configure({ sessionExpiry, ...rules }: AgreementRules): void {
    this.#health.rules = rules;
    this.#displaced.expiry = sessionExpiry;
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

  /** What the next primary needs. Cheap: its sessions are read later. */
  snapshot(now: number): AgreementSnapshot {
    return takeSnapshot(this.#pool.targets, this.#displaced, now);
  }

  /** Continues where an earlier primary has ended. To be called before a worker joins. @param heldFor as `applySnapshot` says */
  resume(snapshot: AgreementSnapshot, heldFor: number, now: number): Resumed {
    const parts = { pool: this.#pool, health: this.#health, displaced: this.#displaced };
    return applySnapshot(snapshot, parts, heldFor, now);
  }

  /** A worker has come: it hears what holds now, and takes part from here on. It must accept nothing before it has. */
  join(worker: WorkerId, now: number): void {
    const tell = (message: FromPrimary): void => this.#members.tell(worker, message);
    this.#members.join(worker);
    tell(this.#state());
    for (const placements of pieces([...this.#displaced.entries()])) tell({ type: 'placed', placements });
    const question = this.#expiry.join(worker);
    if (question) tell(question);
    if (!this.#change) return this.#handOver(now);
    this.#change.awaited.add(worker);
    tell(this.#change.announcement);
  }

  /** A worker accepts nothing more. It stays in until it has left. */
  retire(worker: WorkerId): void {
    this.#members.retire(worker);
  }

  /** A worker is gone, in order or not. */
  leave(worker: WorkerId, now: number): void {
    if (!this.#members.leave(worker)) return;
    this.#handovers.leave(worker);
    this.#displaced.lookAfterAll(now);
    this.#expiry.leave(worker);
    this.#change?.awaited.delete(worker);
    this.#commitIfReady(now);
  }

  /** Replaces the list of targets. Those that stay keep their mode and health. */
  setTargets(targets: readonly TargetOptions[], now: number): void {
    this.#wanted = { ...this.#wanted, targets };
    this.#advance(now);
    if (!this.#change) this.#members.tellAll(this.#state()); // whoever expects a change is told that there is none
  }

  /** Has all workers connect to these addresses of targets. @param addresses by the id of their target, all of them */
  setAddresses(addresses: ReadonlyMap<string, string>, now: number): void {
    this.#wanted = { ...this.#wanted, addresses };
    this.#advance(now);
  }

  /** @returns whether there is such a target */
  setMode(id: string, mode: Exclude<TargetMode, 'removed'>, now: number): boolean {
    const target = this.#pool.get(id);
    if (!target) return false;
    this.#wanted.modes.set(id, mode);
    this.#advance(now);
    return true;
  }

  /** The door for all news of a target's health. A target that is back is restored with an epoch. */
  report(id: string, news: HealthNews, now: number): void {
    const target = this.#pool.get(id);
    if (!target) return;
    const { version } = target.health;
    switch (this.#health.judge(target, news, now)) {
      case 'suspend':
        this.#onChange();
        return this.#members.tellAll({ type: 'suspended', target: id, version: target.health.version });
      case 'restore':
        this.#wanted.restored.set(id, version);
        return this.#advance(now);
    }
  }

  receive(worker: WorkerId, message: FromWorker, now: number): void {
    if (!this.#members.all.has(worker)) return;
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
        return this.report(message.target, { ...message, source: 'connect', outcome: 'failed' }, now);
      case 'reached':
        return this.report(message.target, { ...message, source: 'connect', outcome: 'reached' }, now);
      case 'handOver':
        this.#handovers.add(worker, message.sessions, this.#isGone, now);
        return this.#handOver(now);
    }
  }

  /** Whether anything becomes due as time passes. If not, `tick` needn't be called before a message has gone to a worker. */
  get isWaiting(): boolean {
    return this.#displaced.size > 0;
  }

  /** To be called several times a second while it is waiting: sessions that may be over. */
  tick(now: number): void {
    this.#expiry.tick(now, this.#members.all);
  }

  #place(worker: WorkerId, message: Place, now: number): void {
    const means = { pool: this.#pool, displaced: this.#displaced, expiry: this.#expiry };
    const { news, answer } = place(message, means, { change: this.#change, wanted: this.#wanted }, now);
    for (const other of this.#members.all) {
      if (other === worker) this.#members.tell(other, { type: 'placed', placements: answer, answer: true });
      else if (news.length > 0) this.#members.tell(other, { type: 'placed', placements: news });
    }
  }

  /** Passes on what retired workers have handed over, unless a change is under way. */
  #handOver(now: number): void {
    if (this.#change) return;
    for (const { from, heir, sessions } of this.#handovers.take(this.#members.accepting, now)) {
      for (const [clientKey] of sessions) this.#expiry.begun(clientKey);
      this.#members.tell(heir, { type: 'adopt', sessions });
      this.#members.tell(from, { type: 'handedOver' });
    }
  }

  /** Begins the next change of epoch, if there is something to change and none is under way. */
  #advance(now: number): void {
    if (this.#change) return;
    const wanted = this.#wanted;
    // Also when it is so already: it must not be done later, to another target of that name.
    this.#wanted = { ...wanted, modes: new Map(), restored: new Map() };
    if (!EpochChange.isNeeded(this.#pool, wanted)) return;
    this.#change = new EpochChange(this.#epoch + 1, this.#pool, wanted, this.#members.all);
    this.#members.tellAll(this.#change.announcement);
    this.#commitIfReady(now);
  }

  #commitIfReady(now: number): void {
    const change = this.#change;
    if (!change || change.awaited.size > 0) return;
    this.#change = undefined;
    change.apply(this.#pool, this.#health);
    this.#epoch = change.epoch;
    for (const kept of [this.#displaced, this.#handovers]) kept.dropWhere(this.#isGone);
    this.#members.tellAll(this.#state());
    this.#onChange();
    this.#onEpoch?.(this.#epoch);
    this.#handOver(now);
    this.#advance(now);
  }

  /** Whether a target takes no connections, not even of its sessions: these are over. */
  readonly #isGone = (id: string): boolean => !this.#pool.get(id)?.keepsSessions;

  #state(): FromPrimary {
    return { type: 'epoch', epoch: this.#epoch, targets: targetStates(this.#pool.targets) };
  }
}
