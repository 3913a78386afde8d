// The workers of a primary: a place for each, and those that were replaced and still let their connections end.
import { BalancerError, type WorkerId } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { setLongTimeout } from '../../../base/long-timers.ts';
import { type ResolvedOptions, splitOptions } from '../../../options/index.ts';
import type { ToPrimary, ToWorker, WorkerInit } from '../../protocol/messages.ts';
import type { WorkerPlace } from '../status/primary-status.ts';
import { Serving } from './serving.ts';
import { SharedRegions } from './shared-regions.ts';
import { Watchdog, type WatchTimes } from './watchdog.ts';
import type { WorkerChannel } from './worker-channel.ts';
import { WorkerSlot } from './worker-slot.ts';

/** ms beyond the time-out of a stop before a worker that has not ended is killed. */
const STOP_GRACE = 5_000;

export interface WorkforceOptions {
  readonly workerModule: string;
  readonly log: Log;
  /** When workers are taken to hang. @default as `WatchTimes` says */
  readonly times: Partial<WatchTimes> | undefined;
  /** What a worker begins with, beside its options. */
  readonly init: () => Pick<WorkerInit, 'endpoints' | 'identity'>;
  readonly onReady: (worker: WorkerId, port: number) => void;
  /** It accepts no more, and lives on for as long as its connections do. */
  readonly onRetired: (worker: WorkerId) => void;
  readonly onLeft: (worker: WorkerId) => void;
  readonly onMessage: (worker: WorkerId, message: ToPrimary) => void;
  /** Called when a worker has ceased to accept. */
  readonly onAccepting: () => void;
  /** Called when no worker is left, and none can begin since the package was upgraded on disk. */
  readonly onUpgraded: (why: BalancerError) => void;
}

export class Workforce implements WorkerChannel {
  readonly #options: WorkforceOptions;
  #slots: readonly WorkerSlot[] = [];
  #retired: readonly WorkerSlot[] = [];
  #listeners: readonly number[] = [];
  readonly #serving = new Serving();
  /** Each process that lives, and its place. */
  readonly #slotOf = new Map<WorkerId, WorkerSlot>();
  /** The one that is being put into a place. */
  #incoming: WorkerSlot | undefined;
  #shared: SharedRegions | undefined;
  #watchdog: Watchdog | undefined;
  #lastWorker = 0;
  #isStopping = false;

  constructor(options: WorkforceOptions) {
    this.#options = options;
  }

  /** All workers, those that were replaced last. */
  get slots(): readonly WorkerSlot[] {
    return [...this.#slots, ...(this.#incoming ? [this.#incoming] : []), ...this.#retired];
  }

  /**
   * The workers that need their listeners. Once one of them has emptied the queues at a stop, those that hang do not: clients
   * would wait for nobody.
   */
  get listening(): readonly WorkerSlot[] {
    const slots = this.slots;
    const hasLeft = ({ state, accepting }: WorkerSlot) => !accepting && (state === 'draining' || state === 'gone');
    if (!this.#isStopping || !slots.some(hasLeft)) return slots;
    return slots.filter(({ worker }) => !this.#watchdog?.isSilent(worker));
  }

  /** How each of them is, in the same order. */
  get places(): WorkerPlace[] {
    return this.slots.map((slot) => {
      const { index, pid, state, since } = slot;
      return { worker: index, pid, state, since, listeners: this.#serving.of(slot) };
    });
  }

  pidOf(worker: WorkerId): number | undefined {
    return this.#slotOf.get(worker)?.pid;
  }

  /**
   * Starts `balancerCount` workers on these listeners; without one, each opens its own. Resolves when all are ready.
   * @throws {BalancerError} why one of them can't be
   */
  async start(config: ResolvedOptions, listeners: readonly number[]): Promise<void> {
    this.#listeners = listeners;
    this.#shared = SharedRegions.open(this.#options.log);
    this.#slots = Array.from({ length: config.balancerCount }, (_, index) => this.#place(index, config));
    const { log, times } = this.#options;
    this.#watchdog = new Watchdog({
      log,
      times,
      slots: () => this.slots,
      pulseOf: (worker) => this.#shared?.pulse(worker),
      onChange: () => this.#changed(),
    });
    for (const slot of this.#slots) slot.start();
    await Promise.all(this.#slots.map((slot) => slot.started));
  }

  /**
   * Puts new workers into all places, one after the other, and `balancerCount` of them. The old ones let their connections end
   * within `drainTimeout`; one that dies before its turn has a successor with the options that it had itself.
   * @param onFirst called when the first new one is ready, before an old one ceases to accept
   * @returns how many places there are now
   * @throws {BalancerError} why the first new one can't be; then all is as it was
   */
  async replace(config: ResolvedOptions, listeners: readonly number[], onFirst: () => void): Promise<number> {
    const count = config.balancerCount;
    const timeout = config.drainTimeout || undefined;
    const before = this.#listeners;
    const isMoving = listeners !== before;
    this.#listeners = listeners;
    for (let index = 0; index < count; index += 1) {
      const slot = this.#place(index, config);
      this.#incoming = slot;
      slot.start();
      try {
        await slot.started;
      } catch (error) {
        if (index > 0 && !this.#isStopping) throw halfDone(index, count, error as Error);
        this.#listeners = before;
        throw error;
      } finally {
        this.#incoming = undefined;
      }
      if (index === 0) onFirst();
      const old = this.#slots[index];
      this.#slots = Object.assign([...this.#slots], { [index]: slot });
      // Where the listeners stay, the new one serves the old one's by now, so that no connection waits for nobody.
      this.#share();
      if (old) this.#retire(old, timeout, isMoving);
    }
    const surplus = this.#slots.slice(count);
    this.#slots = this.#slots.slice(0, count);
    this.#share();
    for (const slot of surplus) this.#retire(slot, timeout, isMoving);
    return count;
  }

  /**
   * Accepts no more. Resolves when all workers have ended: when their connections have, or after `timeout` ms. One that has not ended
   * 5 s later is killed.
   */
  async stop(timeout: number): Promise<void> {
    this.#isStopping = true;
    for (const slot of this.slots) slot.drain(timeout, true);
    const killer = setLongTimeout(() => {
      this.#options.log.error({}, 'workers that have not ended in time are killed');
      this.kill();
    }, timeout + STOP_GRACE);
    await Promise.all(this.slots.map((slot) => slot.gone));
    clearTimeout(killer);
    this.#watchdog?.stop();
    this.#shared?.close();
    this.#shared = undefined;
  }

  kill(): void {
    for (const slot of this.slots) slot.kill();
  }

  tell(worker: WorkerId, message: ToWorker): void {
    this.#slotOf.get(worker)?.send(message);
  }

  tellAll(message: ToWorker): void {
    for (const slot of this.slots) slot.send(message);
  }

  /** Gives all workers other options, and their successors. */
  configure(config: ResolvedOptions): void {
    for (const slot of this.slots) slot.configure(config);
  }

  #place(index: number, config: ResolvedOptions): WorkerSlot {
    const { workerModule, log, init, onReady, onLeft, onMessage } = this.#options;
    const slot: WorkerSlot = new WorkerSlot({
      index,
      workerModule,
      listeners: this.#listeners,
      log,
      memory: this.#shared?.descriptor,
      config,
      init: (worker, given, listeners, memory) => {
        const options = splitOptions(given);
        return { ...init(), index, options, listeners, shared: this.#shared?.take(worker, memory) };
      },
      nextWorker: () => {
        this.#lastWorker += 1;
        this.#slotOf.set(this.#lastWorker, slot);
        return this.#lastWorker;
      },
      onReady,
      onExit: (worker) => {
        this.#slotOf.delete(worker);
        this.#shared?.free(worker);
      },
      onLeft: (worker) => {
        this.#serving.left(worker);
        onLeft(worker);
      },
      onMessage,
      onState: () => this.#changed(),
    });
    return slot;
  }

  #retire(slot: WorkerSlot, timeout: number | undefined, emptyQueues: boolean): void {
    this.#retired = [...this.#retired, slot];
    this.#options.onRetired(slot.worker);
    slot.drain(timeout, emptyQueues, true);
    void slot.gone.then(() => {
      this.#retired = this.#retired.filter((other) => other !== slot);
    });
  }

  #changed(): void {
    if (!this.#isStopping) this.#share();
    this.#options.onAccepting();
    if (!this.#isStopping) this.#lookForUpgrade();
  }

  #lookForUpgrade(): void {
    const places = this.slots.filter(({ state }) => state !== 'gone');
    const why = places[0]?.upgraded;
    if (why && places.every(({ upgraded }) => upgraded)) this.#options.onUpgraded(why);
  }

  #share(): void {
    this.#serving.share(this.#slots, (worker) => this.#watchdog?.isSilent(worker) === true);
  }
}

function halfDone(index: number, count: number, error: Error): BalancerError {
  return new BalancerError(
    `Only ${index} of ${count} workers were replaced: ${error.message} The others continue with the old config; fix this and reload again.`,
    { code: 'PARTLY_RELOADED', cause: error },
  );
}
