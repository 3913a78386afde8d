// Finds workers that hang, and ends them. Runs in the primary. What counts is how many of its looks in a row found a worker without
// a new sign of life, so that a primary that was stopped itself kills nobody. The workers' side is heartbeat.ts.
import { BalancerError, type WorkerId } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { lookRegularly } from '../../../base/look-regularly.ts';
import type { Pulse } from '../../protocol/pulse.ts';
import type { WorkerSlot } from './worker-slot.ts';

export interface WatchTimes {
  /** ms between two looks; workers beat every 500 ms. @default 1000 */
  readonly look: number;
  /** ms that a worker may take to begin and to load its controller. @default 30000 and a second for each that is starting */
  readonly loading: number;
}

export interface WatchdogMeans {
  readonly log: Log;
  readonly times: Partial<WatchTimes> | undefined;
  readonly slots: () => readonly WorkerSlot[];
  /** Absent of a worker that says by messages that it lives. */
  readonly pulseOf: (worker: WorkerId) => Pulse | undefined;
  /** Called when other workers are silent than before. */
  readonly onChange: () => void;
}

/** What the last look has found of a worker. */
interface Finding {
  readonly isLoading: boolean;
  readonly sign: number;
  /** Looks in a row without a change. */
  readonly looks: number;
  /** Whether it has been sent SIGKILL: what that doesn't end, the kernel holds. */
  isKilled: boolean;
}

export class Watchdog {
  readonly #means: WatchdogMeans;
  readonly #interval: number;
  readonly #timer: NodeJS.Timeout;
  #findings = new Map<WorkerId, Finding>();

  /** Watches from now on, until `stop`. */
  constructor(means: WatchdogMeans) {
    this.#means = means;
    this.#interval = means.times?.look ?? 1_000;
    this.#timer = lookRegularly(this.#interval, (isLate) => this.#look(isLate));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whether a worker that was ready may be hanging. */
  isSilent(worker: WorkerId): boolean {
    const finding = this.#findings.get(worker);
    return finding !== undefined && !finding.isLoading && finding.looks > 0;
  }

  #look(isLate: boolean): void {
    const slots = this.#means.slots().filter(({ pid }) => pid !== undefined);
    const silentBefore = slots.map(({ worker }) => this.isSilent(worker));
    const found = slots.map((slot) => ({ slot, finding: this.#find(slot, isLate) }));
    this.#findings = new Map(found.map(({ slot, finding }) => [slot.worker, finding]));
    const loading = slots.filter(({ state }) => state === 'starting').length;
    for (const { slot, finding } of found) {
      if (finding.isLoading) this.#judgeLoading(slot, finding, loading);
      else if (!finding.isKilled) this.#judge(slot, finding);
    }
    if (slots.some(({ worker }, n) => this.isSilent(worker) !== silentBefore[n])) this.#means.onChange();
  }

  #find(slot: WorkerSlot, isLate: boolean): Finding {
    const before = this.#findings.get(slot.worker);
    const isLoading = slot.state === 'starting';
    const sign = slot.beats + (this.#means.pulseOf(slot.worker)?.beats ?? 0);
    // A worker that has closed its channel does nothing for the primary any more, whether it beats or not.
    const isSame = before?.isLoading === isLoading && (isLoading || before.sign === sign || !slot.isConnected);
    const looks = isSame ? before.looks + (isLate ? 0 : 1) : 0;
    return { isLoading, sign, looks, isKilled: before?.isKilled ?? false };
  }

  #judge(slot: WorkerSlot, finding: Finding): void {
    const { log, pulseOf } = this.#means;
    const { workerTimeout, balancerControllerPath: controller } = slot.config;
    const silentMs = finding.looks * this.#interval;
    if (workerTimeout === 0 || silentMs < workerTimeout) return;
    finding.isKilled = true;
    const { index, pid } = slot;
    const client = controller === undefined ? undefined : pulseOf(slot.worker)?.askedAbout;
    const what = slot.isConnected ? 'has not responded for' : 'has had no channel to the primary for';
    const where = client === undefined ? '' : `; it was asking the middleware of ${controller} about client ${client}`;
    log.error(
      { worker: index, workerPid: pid, silentMs, client, controller: client && controller },
      `worker ${index} (pid ${pid}) ${what} ${silentMs / 1_000} s and is killed${where}`,
    );
    slot.kill();
  }

  /** @param loading how many workers are starting */
  #judgeLoading(slot: WorkerSlot, { looks }: Finding, loading: number): void {
    const { times } = this.#means;
    const waited = looks * this.#interval;
    if (waited < (times?.loading ?? 30_000 + 1_000 * loading)) return;
    const { balancerControllerPath: controller } = slot.config;
    const seconds = waited / 1_000;
    const killed = `worker ${slot.index} (pid ${slot.pid}) was killed`;
    const error =
      controller === undefined
        ? new BalancerError(`A worker was not ready within ${seconds} s: ${killed}.`, { code: 'WORKER_LATE' })
        : new BalancerError(
            `The controller ${controller} has not finished loading within ${seconds} s: ${killed}. Its script must not block, and its run function must return, or its promise settle.`,
            { code: 'CONTROLLER_LATE' },
          );
    slot.fail(error);
  }
}
