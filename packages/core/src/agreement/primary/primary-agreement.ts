// The primary's part in the agreement: the truth about targets and displaced sessions, and what the workers hear of it.
// Pure: it is handed messages, the time, and a way to send. Whatever brings a client's home into use goes through one door, the change
// of epoch (`epochs.ts`), so that no session is split.
import type { PastList } from '../../policies/past-homes.ts';
import { DecidingHealth } from '../../targets/deciding-health.ts';
import type { HealthNews } from '../../targets/health-news.ts';
import type { TargetOptions } from '../../targets/target-options.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetMode } from '../../targets/target-record.ts';
import {
  type FromPrimary,
  type FromWorker,
  type Place,
  type PlacementNotice,
  pieces,
} from '../protocol/agreement-messages.ts';
import { type AgreementSnapshot, applySnapshot, type Resumed, takeSnapshot } from './agreement-snapshot.ts';
import { Epochs } from './epochs.ts';
import { Handovers } from './handovers.ts';
import { Members, type WorkerId } from './members.ts';
import type { AgreementRules, PrimaryAgreementOptions } from './primary-agreement-options.ts';
import { Claims } from './sessions/claims.ts';
import { DisplacedSessions } from './sessions/displaced-sessions.ts';
import { ExpiryRounds } from './sessions/expiry-rounds.ts';
import { HolderChecks } from './sessions/holder-checks.ts';
import { type PlacingOptions, place } from './sessions/placing.ts';

export class PrimaryAgreement {
  readonly #onChange: () => void;
  readonly #health: DecidingHealth;
  readonly #pool: TargetPool;
  readonly #displaced: DisplacedSessions;
  readonly #checks: HolderChecks;
  readonly #expiry: ExpiryRounds;
  readonly #claims: Claims;
  readonly #handovers = new Handovers();
  readonly #members: Members;
  readonly #epochs: Epochs;

  constructor(options: PrimaryAgreementOptions) {
    this.#onChange = options.onChange ?? (() => {});
    this.#members = new Members(options.send);
    this.#health = new DecidingHealth(options);
    this.#pool = new TargetPool(options.hashKey);
    this.#pool.setTargets(options.targets);
    this.#displaced = new DisplacedSessions(options.store, options.sessionExpiry, this.#onChange);
    this.#checks = new HolderChecks(this.#members);
    const [checks, members] = [this.#checks, this.#members];
    this.#expiry = new ExpiryRounds(this.#displaced, checks, members);
    this.#claims = new Claims({ checks, members, place: this.#placeClaimed });
    const parts = { pool: this.#pool, health: this.#health, members };
    const onBegun = (): void => {
      for (const kept of [this.#displaced, this.#handovers]) kept.dropWhere(this.#isGone);
    };
    const onTold = (now: number): void => {
      this.#onChange();
      options.onEpoch?.(this.epoch);
      this.#handOver(now);
    };
    this.#epochs = new Epochs({ ...parts, onBegun, onTold }, options.targets);
  }

  /** Goes by these from now on. */
  configure({ sessionExpiry, ...rules }: AgreementRules): void {
    this.#health.rules = rules;
    this.#displaced.expiry = sessionExpiry;
  }

  get epoch(): number {
    return this.#epochs.epoch;
  }

  /** Of this epoch, in the order of the list. */
  get targets(): TargetPool['targets'] {
    return this.#pool.targets;
  }

  get displacedSessions(): number {
    return this.#displaced.size;
  }

  /** The workers that a change of epoch is waiting for; none when there is no change under way. */
  get awaited(): readonly WorkerId[] {
    return [...(this.#epochs.change?.awaited ?? [])];
  }

  /** Where a client is that isn't at home: the id of a target. */
  find(clientKey: string): string | undefined {
    return this.#displaced.find(clientKey);
  }

  /** What the next primary needs. Cheap: its sessions are read later. */
  snapshot(now: number): AgreementSnapshot {
    return takeSnapshot(this.#pool.targets, this.#epochs.currentLists(now), this.#displaced, now);
  }

  /** Continues where an earlier primary has ended. To be called before a worker joins. @param heldFor as `applySnapshot` says */
  resume(snapshot: AgreementSnapshot, heldFor: number, now: number): Resumed {
    const parts = { pool: this.#pool, health: this.#health, displaced: this.#displaced };
    return applySnapshot(snapshot, parts, heldFor, now);
  }

  /** The earlier lists of targets that lead clients without a known session, the oldest first. */
  get pastLists(): readonly PastList[] {
    return this.#epochs.pastLists;
  }

  /**
   * An earlier primary has ended, and the sessions are lost that its workers kept. To be called before a worker joins, and after `resume`.
   * @param lists under which its clients were at home. Where there is none it was that of this primary
   * @param heldFor ms for which its workers may still serve clients; negative: for how many ms they have served none
   * @returns says that none of them serves any more
   */
  succeed(lists: readonly PastList[], heldFor: number, now: number): () => void {
    this.#claims.unaskedUntil = now + heldFor;
    this.#epochs.succeed(lists, { sessionExpiry: this.#displaced.expiry, heldFor }, now);
    return () => this.#claims.allCanBeAsked();
  }

  /** A worker has come: it hears what holds now, and takes part from here on. It must accept nothing before it has. */
  join(worker: WorkerId, now: number): void {
    const tell = (message: FromPrimary): void => this.#members.tell(worker, message);
    this.#members.join(worker);
    tell(this.#epochs.state());
    for (const placements of pieces([...this.#displaced.entries()])) tell({ type: 'placed', placements });
    for (const question of this.#checks.join(worker)) tell(question);
    const announcement = this.#epochs.join(worker);
    if (announcement) tell(announcement);
    else this.#handOver(now);
  }

  /** A worker accepts nothing more. It stays in until it has left. */
  retire(worker: WorkerId): void {
    this.#members.retire(worker);
  }

  /** A worker is gone, in order or not. */
  leave(worker: WorkerId, now: number): void {
    const member = this.#members.leave(worker);
    if (!member) return;
    this.#handovers.leave(worker);
    this.#displaced.lookAfterAll(now);
    this.#checks.leave(worker, member.isEmpty, now);
    if (!member.isEmpty) this.#epochs.sessionsLost(this.#displaced.expiry, now);
    this.#epochs.answered(worker, now);
  }

  /** Replaces the list of targets. Those that stay keep their mode and health. */
  setTargets(targets: readonly TargetOptions[], now: number): void {
    this.#epochs.setTargets(targets, now);
    if (!this.#epochs.change) this.#members.tellAll(this.#epochs.state()); // whoever expects a change is told that there is none
  }

  /** Has all workers connect to these addresses of targets. @param addresses by the id of their target, all of them */
  setAddresses(addresses: ReadonlyMap<string, string>, now: number): void {
    this.#epochs.setAddresses(addresses, now);
  }

  /** @returns whether there is such a target */
  setMode(id: string, mode: Exclude<TargetMode, 'removed'>, now: number): boolean {
    const target = this.#pool.get(id);
    if (!target) return false;
    this.#epochs.setMode(id, mode, now);
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
        return this.#epochs.restore(id, version, now);
    }
  }

  receive(worker: WorkerId, message: FromWorker, now: number): void {
    if (!this.#members.all.has(worker)) return;
    switch (message.type) {
      case 'place':
        return this.#place(worker, message, now);
      case 'prepared':
        return message.epoch === this.#epochs.change?.epoch ? this.#epochs.answered(worker, now) : undefined;
      case 'held':
        return this.#checks.answered(worker, message.check, message.clientKeys, now);
      case 'claim':
        return this.#claims.add(worker, message.placements, now);
      case 'released':
        for (const clientKey of message.clientKeys) this.#displaced.released(clientKey, now);
        return;
      case 'failed':
        return this.report(message.target, { ...message, source: 'connect', outcome: 'failed' }, now);
      case 'reached':
        return this.report(message.target, { ...message, source: 'connect', outcome: 'reached' }, now);
      case 'emptied':
        return this.#members.emptied(worker);
      case 'handOver':
        this.#handovers.add(worker, message.sessions, this.#isGone, now);
        return this.#handOver(now);
    }
  }

  /** Whether anything becomes due as time passes. If not, `tick` needn't be called before a message has gone to a worker. */
  get isWaiting(): boolean {
    return this.#displaced.size > 0 || this.pastLists.length > 0;
  }

  /** To be called several times a second while it is waiting: sessions and lists of targets that may be over. */
  tick(now: number): void {
    this.#expiry.tick(now);
    this.#epochs.tick(now);
  }

  #place(worker: WorkerId, message: Place, now: number): void {
    const { news, answer } = place(message, this.#placing, this.#epochs, now);
    for (const other of this.#members.all) {
      if (other === worker) this.#members.tell(other, { type: 'placed', placements: answer, answer: true });
      else if (news.length > 0) this.#members.tell(other, { type: 'placed', placements: news });
    }
  }

  /** A client is where nobody would look for it, and nobody has a session of it. If there is no room, its own worker alone knows it there. */
  readonly #placeClaimed = (placement: PlacementNotice, now: number): boolean => {
    const { news } = place({ type: 'place', placements: [placement] }, this.#placing, this.#epochs, now);
    if (news.length > 0) this.#members.tellAll({ type: 'placed', placements: news });
    const [clientKey, target] = placement;
    return (this.find(clientKey) ?? target) === target;
  };

  get #placing(): PlacingOptions {
    return { pool: this.#pool, displaced: this.#displaced, checks: this.#checks };
  }

  /** Passes on what retired workers have handed over, unless a change is under way. */
  #handOver(now: number): void {
    if (this.#epochs.change) return;
    for (const { from, heir, sessions } of this.#handovers.take(this.#members.accepting, now)) {
      for (const [clientKey] of sessions) this.#checks.begun(clientKey);
      this.#members.tell(heir, { type: 'adopt', sessions });
      this.#members.tell(from, { type: 'handedOver' });
    }
  }

  /** Whether a target takes no connections, not even of its sessions: these are over. */
  readonly #isGone = (id: string): boolean => !this.#pool.get(id)?.keepsSessions;
}
