// The door through which a client's home comes into use or goes out of it: from one epoch to the next, one change at a time, so that no
// session is split. Kept by the primary. What a change means for one list of targets is in `EpochChange`.
import type { PastList } from '../../policies/past-homes.ts';
import type { DecidingHealth } from '../../targets/deciding-health.ts';
import type { TargetOptions } from '../../targets/target-options.ts';
import type { TargetPool } from '../../targets/target-pool.ts';
import type { TargetMode } from '../../targets/target-record.ts';
import { targetStates } from '../../targets/target-state.ts';
import type { FromPrimary } from '../protocol/agreement-messages.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';
import type { Members, WorkerId } from './members.ts';
import { type LostSessions, PastLists } from './past-lists.ts';

export interface EpochsOptions {
  readonly pool: TargetPool;
  readonly health: DecidingHealth;
  readonly members: Members;
  /** Called when an epoch has begun, before the workers are told. */
  readonly onBegun: () => void;
  /** Called when the workers have been told of it, and the next change has not begun. */
  readonly onTold: (now: number) => void;
}

export class Epochs {
  readonly #options: EpochsOptions;
  readonly #past = new PastLists();
  /** The earlier lists that count in this epoch. */
  #leading: readonly PastList[] = [];
  #wanted: Wanted;
  #change: EpochChange | undefined;
  #epoch = 0;

  constructor(options: EpochsOptions, targets: readonly TargetOptions[]) {
    this.#options = options;
    this.#wanted = { targets, addresses: new Map(), modes: new Map(), restored: new Map() };
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The change that is under way. */
  get change(): EpochChange | undefined {
    return this.#change;
  }

  /** What the next change is to bring. */
  get wanted(): Wanted {
    return this.#wanted;
  }

  /** The earlier lists of targets that lead clients in this epoch, the oldest first. */
  get pastLists(): readonly PastList[] {
    return this.#leading;
  }

  /** The lists that decide where clients are now, the oldest first. */
  currentLists(now: number): readonly PastList[] {
    return this.#past.current(this.#options.pool, this.#leading.length > 0, now);
  }

  /** An earlier primary has ended, and the sessions are lost that its workers kept. To be called when the modes of targets are known. */
  succeed(lists: readonly PastList[], lost: LostSessions, now: number): void {
    const { pool } = this.#options;
    this.#past.succeed(lists, pool, lost, now);
    this.#leading = this.#past.leading(pool, now);
  }

  /** What holds now. */
  state(): FromPrimary {
    const targets = targetStates(this.#options.pool.targets);
    return { type: 'epoch', epoch: this.#epoch, targets, past: this.#leading };
  }

  setTargets(targets: readonly TargetOptions[], now: number): void {
    this.#wanted = { ...this.#wanted, targets };
    this.advance(now);
  }

  setAddresses(addresses: ReadonlyMap<string, string>, now: number): void {
    this.#wanted = { ...this.#wanted, addresses };
    this.advance(now);
  }

  setMode(id: string, mode: Exclude<TargetMode, 'removed'>, now: number): void {
    this.#wanted.modes.set(id, mode);
    this.advance(now);
  }

  /** Takes a suspended target back into use. @param version of its health when it was reached */
  restore(id: string, version: number, now: number): void {
    this.#wanted.restored.set(id, version);
    this.advance(now);
  }

  /** A worker has come. @returns what is announced, if a change is under way */
  join(worker: WorkerId): FromPrimary | undefined {
    this.#change?.awaited.add(worker);
    return this.#change?.announcement;
  }

  /** A worker has died, and the sessions are lost that it kept. A change that is under way has not reckoned with that: it begins again. */
  sessionsLost(sessionExpiry: number, now: number): void {
    this.#past.remember(this.#options.pool, this.#leading.length > 0, sessionExpiry, now);
    if (this.#change) this.#begin(this.#change.wanted, now);
  }

  /** A worker waits for the next epoch, or is gone. */
  answered(worker: WorkerId, now: number): void {
    this.#change?.awaited.delete(worker);
    this.#commitIfReady(now);
  }

  /** To be called several times a second while `pastLists` has any. */
  tick(now: number): void {
    if (this.#isPastOver(now)) this.advance(now);
  }

  /** Begins the next change, if there is something to change and none is under way. */
  advance(now: number): void {
    if (this.#change) return;
    const wanted = this.#wanted;
    // Also when it is so already: it must not be done later, to another target of that name.
    this.#wanted = { ...wanted, modes: new Map(), restored: new Map() };
    if (this.#isPastOver(now) || EpochChange.isNeeded(this.#options.pool, wanted)) this.#begin(wanted, now);
  }

  #isPastOver(now: number): boolean {
    return this.#leading.length > 0 && this.#past.isOver(now);
  }

  #begin(wanted: Wanted, now: number): void {
    const { pool, members } = this.#options;
    const epoch = (this.#change?.epoch ?? this.#epoch) + 1;
    const past = (next: TargetPool): readonly PastList[] => this.#past.leading(next, now);
    this.#change = new EpochChange(epoch, pool, wanted, members.all, past);
    members.tellAll(this.#change.announcement);
    this.#commitIfReady(now);
  }

  #commitIfReady(now: number): void {
    const change = this.#change;
    if (!change || change.awaited.size > 0) return;
    const { pool, health, members, onBegun, onTold } = this.#options;
    this.#change = undefined;
    change.apply(pool, health);
    this.#epoch = change.epoch;
    this.#leading = change.pastLists;
    this.#past.dropEnded(pool);
    onBegun();
    members.tellAll(this.state());
    onTold(now);
    this.advance(now);
  }
}
