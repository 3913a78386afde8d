// Finds out by connecting to them whether suspended targets are back, and where `transparent` is on, whether a target that a client
// could not reach can be reached at all. In the process that decides on the health of targets. While there is nothing to find out
// it has no timer.
import type { TargetRecord } from '@lb/core';
import { probe } from './probe.ts';
import { Turns } from './turns.ts';
import { type WatchContext, WatchedTarget } from './watched-target.ts';

/** Probes at once, of all targets together. */
const MOST_PROBES = 64;

export interface RecoveryOptions extends Pick<WatchContext, 'options' | 'addresses' | 'report' | 'random'> {
  /** @default connects by `node:net` */
  readonly probe?: WatchContext['probe'];
}

export class Recovery {
  readonly #context: WatchContext;
  readonly #watched = new Map<TargetRecord, WatchedTarget>();
  /** Those that were probed when they had come into the list. */
  readonly #introduced = new WeakSet<TargetRecord>();
  #isOpen = true;

  constructor(options: RecoveryOptions) {
    this.#context = { probe, ...options, turns: new Turns(MOST_PROBES), reached: new WeakSet() };
  }

  /** To be called when the list of targets, their modes or the options have changed, and to begin again after `close`. */
  lookAll(targets: readonly TargetRecord[]): void {
    this.#isOpen = true;
    for (const target of this.#watched.keys()) this.look(target);
    for (const target of targets) {
      this.look(target);
      if (this.#context.options().transparent) this.#introduce(target);
    }
  }

  /** To be called when a target's health has changed. */
  look(target: TargetRecord): void {
    const watched = this.#watched.get(target);
    if (watched?.version === target.health.version && target.keepsSessions) return;
    watched?.cancel();
    this.#watched.delete(target);
    if (target.suspended && target.keepsSessions) this.#watch(target)?.recover();
  }

  /** A client could not connect to a target, which may be due to the client: the target is probed at once, unless it is being probed. */
  doubt(target: TargetRecord, reason: string | undefined): void {
    if (!this.#watched.has(target)) this.#probeOnce(target);
    this.#watched.get(target)?.doubt(reason);
  }

  /** Calls off what is under way, and begins nothing until `lookAll` is called. */
  close(): void {
    this.#isOpen = false;
    this.#context.turns.clear();
    for (const watched of this.#watched.values()) watched.cancel();
    this.#watched.clear();
  }

  /** Learns whether this machine's own address gets through to a target, so that a later probe that fails says something. */
  #introduce(target: TargetRecord): void {
    if (this.#introduced.has(target) || !target.keepsSessions) return;
    this.#introduced.add(target);
    if (!this.#watched.has(target)) this.#probeOnce(target);
  }

  #probeOnce(target: TargetRecord): void {
    this.#watch(target)?.probeOnce(() => this.#watched.delete(target));
  }

  #watch(target: TargetRecord): WatchedTarget | undefined {
    if (!this.#isOpen) return undefined;
    const watched = new WatchedTarget(target, this.#context);
    this.#watched.set(target, watched);
    return watched;
  }
}
