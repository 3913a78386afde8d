// The targets and the health of each. It decides nothing about clients: that is the router's part.

import { DEFAULT_HASH_KEY, type HashKey } from '../hashing/hash.ts';
import { type TargetMode, TargetRecord, targetId } from './target.ts';
import type { TargetOptions } from './target-control.ts';
import type { TargetState } from './target-state.ts';

export interface TargetPoolOptions {
  /** How long a target that failed is left alone, in ms. @default 60000 */
  readonly suspension?: number;
  readonly hashKey?: HashKey;
  /** Told when a target's health has changed, and for what reason where one was given. */
  readonly onHealth?: (target: TargetRecord, health: 'suspended' | 'restored', reason?: string) => void;
}

/** Where news of a target's health goes when it isn't this process that decides on it. */
export interface HealthReports {
  failed(target: TargetRecord, reason: string | undefined): void;
  reached(target: TargetRecord): void;
}

export class TargetPool {
  /** Absent where this process decides by itself. */
  reports: HealthReports | undefined;
  /** How long a target that fails from now on is left alone, in ms. */
  suspension: number;
  /** The key of the targets' hashes. */
  readonly hashKey: HashKey;
  readonly #onHealth: NonNullable<TargetPoolOptions['onHealth']>;
  #targets: readonly TargetRecord[] = [];
  #known = new Map<string, TargetRecord>();

  constructor(options: TargetPoolOptions = {}) {
    this.suspension = options.suspension ?? 60_000;
    this.hashKey = options.hashKey ?? DEFAULT_HASH_KEY;
    this.#onHealth = options.onHealth ?? (() => {});
  }

  /** The targets in the order of the list. A snapshot: a change of the list makes another one. */
  get targets(): readonly TargetRecord[] {
    return this.#targets;
  }

  get(id: string): TargetRecord | undefined {
    const target = this.#known.get(id);
    return target?.mode === 'removed' ? undefined : target;
  }

  /**
   * Replaces the list in one step. A target that stays keeps its state; one that comes back while something still counts on it
   * keeps its health and counts, and is enabled. A target named twice gets the weights of both.
   */
  setTargets(list: readonly TargetOptions[]): void {
    const next = new Map<string, TargetRecord>();
    for (const options of list) {
      const id = targetId(options);
      const weight = options.weight ?? 1;
      const listed = next.get(id);
      if (listed) {
        listed.weight += weight;
        continue;
      }
      const target = this.#known.get(id) ?? new TargetRecord(options, this.hashKey);
      target.options = options;
      target.weight = weight;
      if (target.mode === 'removed') target.mode = 'enabled';
      next.set(id, target);
    }
    this.#targets = [...next.values()];
    for (const [id, target] of this.#known) {
      if (next.has(id)) continue;
      target.mode = 'removed';
      if (target.connections > 0 || target.sessions > 0) next.set(id, target);
    }
    this.#known = next;
  }

  setMode(target: TargetRecord, mode: Exclude<TargetMode, 'removed'>): void {
    target.mode = mode;
  }

  /** Takes over the list, the modes and the health that another process has decided on. */
  apply(states: readonly TargetState[], now: number): void {
    const before = new Set(this.#targets);
    this.setTargets(states.map(({ options }) => options));
    for (const { options, mode, healthVersion, suspendedFor } of states) {
      const target = this.#known.get(targetId(options)) as TargetRecord;
      target.mode = mode;
      // The same version is the same health, save for what has been reported since; for one that comes back it is counted anew.
      if (target.healthVersion === healthVersion && before.has(target)) continue;
      this.follow(target, healthVersion, suspendedFor === undefined ? undefined : now + suspendedFor);
    }
  }

  /** A dial to it failed: suspends it, or reports it and leaves it alone until there is word. */
  failed(target: TargetRecord, now: number, reason?: string): void {
    if (!this.reports) return this.suspend(target, now, reason);
    const isKnown = target.suspended && !target.onTrial && now < (target.suspendedUntil as number);
    this.leaveAlone(target, now);
    if (!isKnown) this.reports.failed(target, reason);
  }

  /** Suspends it on somebody's word; where another process decides, until there is word from there. */
  leaveAlone(target: TargetRecord, now: number, reason?: string): void {
    if (!this.reports) return this.suspend(target, now, reason);
    target.suspendedUntil = now + this.suspension;
    target.onTrial = false;
    target.trialUntil = 0;
  }

  /** It completed a handshake: restores it, or reports it. */
  reached(target: TargetRecord): void {
    if (!target.suspended || target.recovering) return;
    if (!this.reports) return this.restore(target);
    target.recovering = true;
    this.reports.reached(target);
  }

  /** Sets the health that another process has decided on. */
  follow(target: TargetRecord, version: number, suspendedUntil: number | undefined): void {
    target.healthVersion = version;
    target.suspendedUntil = suspendedUntil;
    target.onTrial = false;
    target.recovering = false;
    target.trialUntil = suspendedUntil === undefined ? Number.POSITIVE_INFINITY : 0;
  }

  /** Lets one client try a suspended target, from now on and until then. */
  lendTrial(target: TargetRecord, now: number, until: number): void {
    if (!target.suspended) return;
    target.suspendedUntil = Math.min(target.suspendedUntil as number, now);
    target.trialUntil = until;
  }

  /** Leaves a target alone for the time of suspension, counted from now. */
  suspend(target: TargetRecord, now: number, reason?: string): void {
    const wasHealthy = !target.suspended;
    target.suspendedUntil = now + this.suspension;
    target.onTrial = false;
    target.healthVersion += 1;
    if (wasHealthy) this.#onHealth(target, 'suspended', reason);
  }

  /** Takes a suspended target back into use. */
  restore(target: TargetRecord): void {
    if (!target.suspended) return;
    target.suspendedUntil = undefined;
    target.onTrial = false;
    target.healthVersion += 1;
    this.#onHealth(target, 'restored');
  }
}
