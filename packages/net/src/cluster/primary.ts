// The process that holds the listeners and the truth about targets, and keeps a worker in every place. It carries no connection.
import { type TargetOptions, targetId } from '@lb/core';
import { bareHost } from '../address-book.ts';
import { chooseEngine } from '../choose-engine.ts';
import { BalancerError } from '../errors.ts';
import { loadLibc } from '../libc.ts';
import type { Log } from '../log.ts';
import { NameResolver } from '../name-resolver.ts';
import { isOwnAddress, localAddresses, type ResolvedOptions } from '../options/index.ts';
import { becomeIdentity, type Identity, resolveIdentity } from './identity.ts';
import { type Listeners, openListeners } from './listeners.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import { type PrimaryStatus, primaryStatus } from './primary-status.ts';
import { probeIdentity } from './probe.ts';
import { shareListeners } from './serving.ts';
import { StatusQuestions } from './status-questions.ts';
import { WorkerSlot } from './worker-slot.ts';

/** ms beyond `shutdownTimeout` before a worker that has not ended is killed. */
const STOP_GRACE = 5_000;

export interface PrimaryOptions {
  readonly options: ResolvedOptions;
  /** The module that a worker runs; it calls `runWorker`. */
  readonly workerModule: string;
  /** Files that the user of `downgradeToUser` must be able to read. */
  readonly files?: readonly string[];
  readonly log: Log;
}

/** Used in the order `open`, `drop`, `serve`, `stop`. */
export class Primary {
  /** Resolves when it has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
  readonly #log: Log;
  readonly #workerModule: string;
  readonly #files: readonly string[];
  readonly #resolver: NameResolver;
  readonly #startedAt = Date.now();
  #options: ResolvedOptions;
  #identity: Identity | undefined;
  #listeners: Listeners | undefined;
  #slots: readonly WorkerSlot[] = [];
  #serving: readonly number[][] = [];
  #stopping: Promise<void> | undefined;
  #whenStopped: (() => void) | undefined;
  readonly #questions = new StatusQuestions();

  constructor(settings: PrimaryOptions) {
    this.#options = settings.options;
    this.#workerModule = settings.workerModule;
    this.#files = settings.files ?? [];
    this.#log = settings.log;
    this.#resolver = new NameResolver({ log: this.#log, onChange: () => this.#announceTargets() });
    this.stopped = new Promise((resolve) => {
      this.#whenStopped = resolve;
    });
  }

  /** Finds out whom to become, resolves the targets' names and opens the listeners. Nothing is changed if it throws. */
  async open(): Promise<void> {
    const { downgradeToUser, downgradeToGroup, sourceHost, sourcePort, balancerCount } = this.#options;
    if (downgradeToUser !== undefined) {
      this.#identity = resolveIdentity(downgradeToUser, downgradeToGroup);
      probeIdentity(this.#identity, this.#workerModule, this.#files);
    }
    await this.#resolver.watch(this.#options.targets);
    this.#refuseOwnAddress();
    this.#options = { ...this.#options, engine: chooseEngine(this.#options.engine, this.#log).name };
    const libc = loadLibc();
    if (libc instanceof Error) {
      this.#log.warn({ reason: libc.message }, `one worker only, with a listener of its own: ${libc.message}`);
      this.#options = { ...this.#options, balancerCount: 1 };
      return;
    }
    this.#listeners = openListeners(libc, sourceHost, sourcePort, balancerCount);
    this.#options = { ...this.#options, sourceHost: this.#listeners.host, sourcePort: this.#listeners.port };
  }

  /** Gives up all rights but those of `downgradeToUser`. A worker that opens its own listener does it after that. */
  drop(): void {
    if (this.#identity && this.#listeners) becomeIdentity(this.#identity);
  }

  /** Starts the workers. Resolves when all of them are ready. @throws {BalancerError} why one of them can't be */
  async serve(): Promise<void> {
    this.#slots = Array.from({ length: this.#options.balancerCount }, (_, index) => this.#slot(index));
    for (const slot of this.#slots) slot.start();
    try {
      await Promise.all(this.#slots.map((slot) => slot.started));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    if (this.#identity) becomeIdentity(this.#identity);
  }

  get port(): number {
    return this.#options.sourcePort;
  }

  async status(): Promise<PrimaryStatus> {
    const answers = await this.#questions.ask(this.#slots);
    const places = this.#slots.map(({ index, pid, state, since }) => {
      return { worker: index, pid, state, since, listeners: this.#serving[index] ?? [] };
    });
    return primaryStatus({ options: this.#options, startedAt: this.#startedAt, now: Date.now(), places, answers });
  }

  /** Replaces the list of targets in every worker. */
  setTargets(targets: readonly TargetOptions[]): void {
    this.#options = { ...this.#options, targets: targets as ResolvedOptions['targets'] };
    this.#log.info({ targets: targets.map(targetId) }, 'the list of targets was changed by the controller');
    this.#announceTargets();
    void this.#resolver.watch(targets);
  }

  /**
   * Accepts no more and ends when all connections have, or after the time-out. Calls after the first one hasten it.
   * @param timeout ms. @default the option `shutdownTimeout`
   */
  stop(timeout: number = this.#options.shutdownTimeout): Promise<void> {
    if (this.#stopping && timeout === 0) for (const slot of this.#slots) slot.kill();
    this.#stopping ??= this.#stop(timeout);
    return this.#stopping;
  }

  async #stop(timeout: number): Promise<void> {
    this.#resolver.close();
    // What the slots say from here on is heard after `stop` has returned its promise.
    await Promise.resolve();
    for (const slot of this.#slots) slot.drain(timeout);
    const killer = setTimeout(() => {
      this.#log.error({}, 'workers that have not ended in time are killed');
      for (const slot of this.#slots) slot.kill();
    }, timeout + STOP_GRACE);
    await Promise.all(this.#slots.map((slot) => slot.gone));
    clearTimeout(killer);
    this.#closeUnusedListeners();
    this.#whenStopped?.();
  }

  #slot(index: number): WorkerSlot {
    return new WorkerSlot({
      index,
      workerModule: this.#workerModule,
      listeners: this.#listeners?.fds ?? [],
      log: this.#log,
      init: (listeners) => ({
        index,
        options: this.#options,
        addresses: this.#resolver.addresses,
        listeners,
        identity: this.#identity,
      }),
      onMessage: (message) => this.#receive(message),
      onState: () => (this.#stopping ? this.#closeUnusedListeners() : this.#share()),
    });
  }

  #receive(message: ToPrimary): void {
    switch (message.type) {
      case 'ready':
        this.#options = { ...this.#options, sourcePort: message.port };
        return;
      case 'status':
        return this.#questions.answer(message.request, message.status);
      case 'setTargets':
        return this.setTargets(message.targets);
      case 'suspend':
        return this.#tellAll({ type: 'suspend', host: message.host, port: message.port });
      case 'stop':
        return void this.stop();
    }
  }

  /** Tells each worker whose listeners have changed which ones it serves now. */
  #share(): void {
    if (!this.#listeners) return;
    const before = this.#serving;
    this.#serving = shareListeners(this.#slots.map((slot) => slot.state === 'ready'));
    for (const [index, listeners] of this.#serving.entries()) {
      if (listeners.length === 0 || listeners.join() === before[index]?.join()) continue;
      this.#slots[index]?.send({ type: 'serve', listeners });
    }
  }

  #announceTargets(): void {
    this.#tellAll({ type: 'targets', targets: this.#options.targets, addresses: this.#resolver.addresses });
  }

  #tellAll(message: ToWorker): void {
    for (const slot of this.#slots) slot.send(message);
  }

  /** Once no worker accepts any more, clients must be refused rather than left waiting. */
  #closeUnusedListeners(): void {
    if (this.#slots.some((slot) => slot.accepting)) return;
    const libc = loadLibc();
    if (!this.#listeners || libc instanceof Error) return;
    for (const fd of this.#listeners.fds) libc.close(fd);
    this.#listeners = undefined;
  }

  #refuseOwnAddress(): void {
    const { targets, sourceHost, sourcePort } = this.#options;
    const own = localAddresses();
    for (const target of targets) {
      if (!('host' in target)) continue;
      const addresses = this.#resolver.addresses[bareHost(target.host)] ?? [];
      if (!addresses.some((address) => isOwnAddress(address, target.port, sourceHost, sourcePort, own))) continue;
      throw new BalancerError(
        `The target ${targetId(target)} is this balancer itself (${addresses.join(', ')}). Give the target's own port.`,
        { code: 'OWN_ADDRESS', source: 'internal' },
      );
    }
  }
}
