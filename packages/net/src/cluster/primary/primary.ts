// The process that holds the listeners and the truth about targets and sessions. It carries no connection.
import { BalancerError, type ModeNotice, NOTHING_RESUMED, type WorkerId } from '@lb/core';
import { OneByOne } from '../../base/one-by-one.ts';
import type { ResolvedOptions } from '../../options/index.ts';
import type { SessionStatus } from '../../proxy/balancer-status.ts';
import { becomeUser } from '../identity/become-user.ts';
import type { Identity } from '../identity/identity.ts';
import { fitIdentity } from '../identity/identity-probe.ts';
import type { ToPrimary } from '../protocol/messages.ts';
import { ControllerTargets } from './controller-targets.ts';
import { OpenedListeners } from './listeners/opened-listeners.ts';
import type { PrimaryOptions } from './primary-options.ts';
import { RunningAgreement } from './running-agreement.ts';
import { controllerDigest } from './setup/controller-digest.ts';
import { refuseOwnAddress, warnOfOwnAddress } from './setup/refuse-own-address.ts';
import { planReload, type ReloadPlan } from './setup/reload-plan.ts';
import { nextSetup, openSetup, type Setup, withPort } from './setup/setup.ts';
import type { ModeAnswer, ReloadAnswer, SessionAnswer } from './status/command-answers.ts';
import { findSession } from './status/find-session.ts';
import type { PrimaryStatus } from './status/primary-status.ts';
import { Questions } from './status/questions.ts';
import { WorkerReports } from './status/worker-reports.ts';
import { Workforce } from './supervision/workforce.ts';
import { TargetNames } from './target-names.ts';

/** Its listeners are open from the beginning, so that connections wait in their queues; `serve` starts the workers. */
export class Primary {
  /** Resolves when it has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
  readonly #settings: PrimaryOptions;
  readonly #agreement: RunningAgreement;
  readonly #names: TargetNames;
  readonly #controllerTargets: ControllerTargets;
  readonly #workforce: Workforce;
  readonly #reports = new WorkerReports();
  readonly #sessions = new Questions<SessionStatus>();
  readonly #opened = new OpenedListeners((fds) => this.#settings.handover?.keep(fds));
  #setup: Setup;
  #identity: Identity | undefined;
  #resumed = NOTHING_RESUMED;
  /** A digest of the controller that the workers have loaded. */
  #controller: string | undefined;
  readonly #reloads = new OneByOne();
  #stopping: Promise<void> | undefined;
  #whenStopped: (() => void) | undefined;

  /**
   * Finds out whom to become, resolves the targets' names and opens the listeners.
   * @throws {BalancerError} why that can't be; nothing has changed then
   */
  static async open(settings: PrimaryOptions): Promise<Primary> {
    const primary = new Primary(settings);
    await primary.#open().catch((error: unknown) => {
      primary.#names.discovered.close();
      throw error;
    });
    return primary;
  }

  private constructor(settings: PrimaryOptions) {
    const { options, workerModule, log, times } = settings;
    this.#setup = { given: options, options, listeners: undefined };
    this.#settings = settings;
    this.#workforce = new Workforce({
      workerModule,
      log,
      times,
      init: () => ({ endpoints: [...this.#names.discovered.endpoints], identity: this.#identity }),
      onReady: (worker, port) => {
        this.#setup = withPort(this.#setup, port);
        this.#agreement.join(worker);
      },
      onRetired: (worker) => this.#agreement.core.retire(worker),
      onLeft: (worker) => {
        for (const open of [this.#reports, this.#sessions]) open.left(worker);
        this.#agreement.core.leave(worker, performance.now());
      },
      onMessage: (worker, message) => this.#receive(worker, message),
      onAccepting: () => this.#closeUnusedListeners(),
      onUpgraded: (why) => (settings.onUpgraded ? settings.onUpgraded(why) : void this.stop(0)),
    });
    const parts = { log, channel: this.#workforce, options: () => this.#setup.options };
    this.#names = new TargetNames(parts, () => this.#agreement.core);
    this.#agreement = new RunningAgreement(options, log, this.#workforce, this.#names);
    this.#controllerTargets = new ControllerTargets(this.#agreement, this.#names.discovered, log);
    this.stopped = new Promise((resolve) => (this.#whenStopped = resolve));
  }

  async #open(): Promise<void> {
    const { options: given, workerModule, files = [], log, isRestarted, handover, state } = this.#settings;
    this.#identity = fitIdentity(given, workerModule, files);
    await this.#names.discovered.watchUntilUsable(given.targets);
    (isRestarted ? warnOfOwnAddress : refuseOwnAddress)(given, this.#names.discovered.endpoints, log);
    this.#controller = controllerDigest(given.balancerControllerPath, this.#settings.findController);
    const left = handover?.take() ?? [];
    this.#setup = openSetup(given, log, left);
    this.#opened.add(this.#setup.listeners, given);
    this.#resumed = this.#agreement.continue(state, this.#setup, left.length > 0);
    this.#names.resume(this.#resumed.addresses);
  }

  /**
   * Gives up all rights but those of `downgradeToUser`, and starts the workers. Resolves when all of them are ready.
   * @throws {BalancerError} why one of them can't be; it has stopped then
   */
  async serve(): Promise<void> {
    try {
      // A worker that opens a listener of its own needs the rights for that.
      if (this.#setup.listeners) this.#becomeUser();
      await this.#workforce.start(this.#setup.options, this.#setup.listeners?.fds ?? []);
      this.#becomeUser();
      this.#agreement.startProbing();
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  #becomeUser(): void {
    if (this.#identity) becomeUser(this.#identity);
  }

  get port(): number {
    return this.#setup.options.sourcePort;
  }

  /** The targets that are draining or disabled since an earlier primary has left them so. */
  get resumedModes(): readonly ModeNotice[] {
    return this.#resumed.modes;
  }

  /** The targets' names that can't be resolved. Known after 5 s at the latest. */
  unresolvedNames(): Promise<string[]> {
    return this.#names.discovered.unresolved();
  }

  status(): Promise<PrimaryStatus> {
    return this.#reports.status(this.#workforce, { options: this.#setup.options, agreement: this.#agreement.core });
  }

  /** Where a client goes, and why. @param address of the client @throws {BalancerError} `INVALID_ADDRESS` */
  findSession(address: string): Promise<SessionAnswer> {
    const { slots } = this.#workforce;
    const search = { options: this.#setup.options, agreement: this.#agreement, slots, questions: this.#sessions };
    return findSession(address, search);
  }

  /**
   * Takes a target out of use or back into it. Resolves when all workers are agreed, and go by it or have had 3 s to.
   * @param target its id @param isForced also the last that takes clients @throws {BalancerError} `UNKNOWN_TARGET`, `LAST_TARGET`
   */
  async setMode(target: string, mode: ModeAnswer['mode'], isForced = false): Promise<ModeAnswer> {
    const answer = await this.#agreement.setMode(target, mode, isForced);
    await this.#reports.heardByAll(this.#workforce);
    return answer;
  }

  /**
   * Goes by another config from now on. Several at once are done one after the other.
   * @throws {BalancerError} why that can't be; unless its code is `PARTLY_RELOADED`, nothing has changed then
   */
  reload(options: ResolvedOptions): Promise<ReloadAnswer> {
    return this.#reloads.take(() => this.#reload(options));
  }

  /**
   * Accepts no more and ends when all connections have, or after the time-out. Calls after the first one hasten it.
   * @param timeout ms. @default the option `shutdownTimeout`
   */
  stop(timeout: number = this.#setup.options.shutdownTimeout): Promise<void> {
    if (this.#stopping && timeout === 0) this.#workforce.kill();
    this.#stopping ??= this.#stop(timeout);
    return this.#stopping;
  }

  async #stop(timeout: number): Promise<void> {
    this.#agreement.close();
    this.#names.discovered.close();
    await this.#agreement.closeState(); // what the workers say is heard after `stop` has returned its promise
    await this.#workforce.stop(timeout);
    this.#closeUnusedListeners();
    this.#whenStopped?.();
  }

  async #reload(given: ResolvedOptions): Promise<ReloadAnswer> {
    this.#refuseWhileStopping();
    const before = this.#setup;
    const plan = planReload(before.given, given, before.isPartly);
    try {
      // The present targets need their addresses until the change is done.
      await this.#names.renewAll(plan.changesTargets ? [...this.#agreement.targets, ...given.targets] : undefined);
      refuseOwnAddress(given, this.#names.discovered.endpoints);
      this.#refuseWhileStopping();
      const workersReplaced = await this.#replaceWorkers(before, given, plan);
      for (const part of [this.#workforce, this.#agreement, this.#names]) part.configure(this.#setup.options);
      if (plan.changesTargets) await this.#agreement.setTargets(given.targets);
      await this.#reports.heardByAll(this.#workforce);
      return { changed: plan.changed, workersReplaced };
    } finally {
      if (plan.changesTargets && !this.#stopping) void this.#names.discovered.watch(this.#agreement.targets);
      this.#closeUnusedListeners();
    }
  }

  #refuseWhileStopping(): void {
    if (this.#stopping) throw new BalancerError('The balancer is stopping.', { code: 'STOPPING' });
  }

  /** @returns how many were replaced: all of them, if what a worker begins with has changed */
  async #replaceWorkers(before: Setup, given: ResolvedOptions, plan: ReloadPlan): Promise<number> {
    const controller = controllerDigest(given.balancerControllerPath, this.#settings.findController);
    const next = nextSetup(before, given, plan, this.#opened, this.#settings.log);
    this.#opened.add(next.listeners, given);
    let replaced = 0;
    if (plan.replacesWorkers || controller !== this.#controller) {
      replaced = await this.#workforce.replace(next.options, next.listeners?.fds ?? [], () => {
        // If it is not done whole, the next reload does it all, to or fro.
        this.#setup = { ...next, given: before.given, isPartly: true };
      });
    }
    this.#setup = next;
    this.#controller = controller;
    return replaced;
  }

  #closeUnusedListeners(): void {
    this.#opened.closeUnused(this.#workforce.listening, this.#stopping ? undefined : this.#setup.listeners);
  }

  #receive(worker: WorkerId, message: ToPrimary): void {
    switch (message.type) {
      case 'agreement':
        return this.#agreement.core.receive(worker, message.message, performance.now());
      case 'status':
      case 'counted':
        return this.#reports.receive(worker, message);
      case 'session':
        return this.#sessions.answer(worker, message.request, message.session);
      case 'resolve':
      case 'answered':
        return this.#names.receive(worker, message);
      case 'setTargets':
        return void this.#controllerTargets.change(message.targets);
      case 'suspend':
        return this.#agreement.suspend(message.host, message.port);
      case 'stop':
        return void (this.#settings.onStop ? this.#settings.onStop() : this.stop());
    }
  }
}
