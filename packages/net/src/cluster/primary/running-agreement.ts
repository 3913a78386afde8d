// The primary's part in the agreement as it runs: with a clock, a log, and word when a change holds everywhere.
import {
  type AgreementRules,
  BalancerError,
  type HashKey,
  MemorySessionStore,
  NOTHING_RESUMED,
  PastHomes,
  type Policy,
  PrimaryAgreement,
  type Resumed,
  type TargetOptions,
  type WorkerId,
} from '@lb/core';
import { targetId } from '@lb/core/internal';
import type { Log } from '../../base/log.ts';
import { OneByOne } from '../../base/one-by-one.ts';
import { healthRules } from '../../checks/health-rules.ts';
import type { ProbedAddresses } from '../../checks/probed-addresses.ts';
import { Recovery } from '../../checks/recovery.ts';
import type { PoolOptions, ProcessOptions } from '../../options/index.ts';
import { shortList } from '../../options/problems/words.ts';
import { logHealth } from '../../proxy/events/health-log.ts';
import { poolPolicy } from '../../proxy/pool-policy.ts';
import { refuseLastTarget } from './last-target.ts';
import { whenNoneServes } from './predecessors.ts';
import type { Setup } from './setup/setup.ts';
import { type Continued, continueState, type StateOptions } from './state/kept-state.ts';
import type { ModeAnswer } from './status/command-answers.ts';
import type { WorkerChannel } from './supervision/worker-channel.ts';
import { TargetDrains } from './target-drains.ts';

/** ms between two looks for sessions that may be over. */
const TICK = 250;
/** ms after which the log says that a change has to wait. */
const LONG_WAIT = 5_000;

/** What the agreement goes by: the pool's options, and those of the process that decide on its targets. */
type AgreementOptions = PoolOptions & Pick<ProcessOptions, 'hashSeed' | 'drainTimeout' | 'shutdownTimeout'>;

export class RunningAgreement {
  readonly policy: Policy;
  readonly core: PrimaryAgreement;
  readonly #hashKey: HashKey;
  readonly #log: Log;
  readonly #channel: WorkerChannel;
  readonly #store: MemorySessionStore;
  readonly #recovery: Recovery;
  #ticker: NodeJS.Timeout | undefined;
  #options: AgreementOptions;
  #isClosed = false;
  #endLooking = (): void => {};
  readonly #drains: TargetDrains;
  #state: Continued | undefined;
  #waiting: (() => void)[] = [];
  /** Changes of modes. One begins when the one before holds, so that two can't take the last two targets. */
  readonly #modeChanges = new OneByOne();

  constructor(options: AgreementOptions, log: Log, channel: WorkerChannel, addresses: ProbedAddresses) {
    this.#log = log;
    this.#channel = channel;
    this.#options = options;
    const { hashKey, policy } = poolPolicy(options);
    this.policy = policy;
    this.#hashKey = hashKey;
    this.#store = new MemorySessionStore(options.maxSessions);
    this.core = new PrimaryAgreement({
      targets: options.targets,
      hashKey,
      store: this.#store,
      ...rulesOf(options),
      // Whatever becomes due as time passes has been told to a worker first.
      send: (worker, message) => {
        this.#tickLater();
        channel.tell(worker, { type: 'agreement', message });
      },
      onHealth: (target, before, reason) => {
        logHealth(log, target, before, reason, this.#options);
        this.#recovery.look(target);
      },
      onDoubt: (target, reason) => this.#recovery.doubt(target, reason),
      onEpoch: () => this.#begun(),
      onChange: () => this.#state?.keeper?.changed(),
    });
    this.#recovery = new Recovery({
      options: () => this.#options,
      addresses,
      report: (target, news) => this.core.report(target.id, news, performance.now()),
      random: Math.random,
    });
    this.#drains = new TargetDrains(({ id }) => {
      log.warn(
        { target: id },
        `target ${id} has drained for drainTimeout: it is disabled, and its connections are reset`,
      );
      // Its sessions are over with that, so that those who come back go elsewhere.
      void this.setMode(id, 'disabled', true).then(() => channel.tellAll({ type: 'endConnections', target: id }));
    });
  }

  /**
   * Continues where an earlier primary has ended, and keeps from now on what the next one needs. To be called once the port is bound, so
   * that no other balancer uses the files, and before a worker joins.
   * @param hasDied whether that primary has just died, so that its workers may still serve clients
   * @returns what was found of it. The addresses are left to those who resolve names
   */
  continue(state: StateOptions | undefined, { given, options }: Setup, hasDied: boolean): Resumed {
    // Several balancers may have a config whose port the system chooses.
    const port = given.sourcePort === 0 ? options.sourcePort : undefined;
    this.#state = state && continueState(state, { agreement: this.core, options: this.#options, port, log: this.#log });
    const resumed = this.#state?.resumed ?? NOTHING_RESUMED;
    // Whether it has died or was stopped, the sessions are lost that its workers kept. After the modes: its lists lead clients to targets
    // that keep sessions.
    const heldFor = hasDied ? given.shutdownTimeout : this.#state?.heldFor;
    if (heldFor !== undefined) {
      const noneServes = this.core.succeed(resumed.lists, heldFor, performance.now());
      this.#endLooking = whenNoneServes(state?.predecessors, this.#state?.writer, noneServes, heldFor);
    }
    this.#lookAtDrains();
    return resumed;
  }

  /** A worker is about to accept connections. */
  join(worker: WorkerId): void {
    this.#state?.keeper?.begin();
    this.core.join(worker, performance.now());
  }

  /** The list of targets, as it holds now. */
  get targets(): readonly TargetOptions[] {
    return this.core.targets.map(({ options }) => options);
  }

  /** The id of a client's home under an earlier list of targets, where that leads it if it has no known session. */
  pastHome(clientKey: string): string | undefined {
    return new PastHomes(this.core.pastLists, this.policy, this.#hashKey).home(clientKey);
  }

  /** Goes by other durations and limits from now on. */
  configure(options: AgreementOptions): void {
    this.#options = options;
    this.#store.limit = options.maxSessions;
    this.core.configure(rulesOf(options));
    this.startProbing();
  }

  /** Probes those targets that have to be. To be called when their addresses are known. */
  startProbing(): void {
    if (!this.#isClosed) this.#recovery.lookAll(this.core.targets);
  }

  /** Replaces the list of targets. Resolves when it holds in all workers. */
  setTargets(targets: readonly TargetOptions[]): Promise<void> {
    this.core.setTargets(targets, performance.now());
    return this.#whenAgreed();
  }

  /**
   * Takes a target out of use or back into it.
   * @param isForced whether it may be the last one that takes clients
   * @throws {BalancerError} `UNKNOWN_TARGET`, `LAST_TARGET`
   */
  setMode(id: string, mode: ModeAnswer['mode'], isForced: boolean): Promise<ModeAnswer> {
    return this.#modeChanges.take(() => this.#setMode(id, mode, isForced));
  }

  async #setMode(id: string, mode: ModeAnswer['mode'], isForced: boolean): Promise<ModeAnswer> {
    const target = this.core.targets.find((each) => each.id === id);
    if (!target) {
      const known = shortList(this.core.targets.map((each) => each.id));
      throw new BalancerError(`There is no target ${id}. The targets are: ${known}.`, {
        code: 'UNKNOWN_TARGET',
      });
    }
    if (!isForced) refuseLastTarget(target, mode, this.core.targets);
    const previous = target.mode as ModeAnswer['previous'];
    this.core.setMode(id, mode, performance.now());
    await this.#whenAgreed();
    const unkept = this.#state?.unusable ?? (await this.#state?.keeper?.flush());
    if (mode !== previous) this.#log.info({ target: id, mode, previous }, `target ${id} is ${mode}`);
    return { target: id, mode, previous, suspended: target.suspended, unkept };
  }

  /** A controller has a target skipped for some time. */
  suspend(host: string, port: number): void {
    const reason = 'requested by the controller';
    this.core.report(targetId({ host, port }), { source: 'controller', outcome: 'failed', reason }, performance.now());
  }

  /** Keeps no more. To be called while the port is held: after that the files may be another primary's. */
  async closeState(): Promise<void> {
    await this.#state?.keeper?.close();
  }

  /** Probes nothing more, and drops no more sessions. */
  close(): void {
    this.#isClosed = true;
    this.#recovery.close();
    this.#endLooking();
    clearTimeout(this.#ticker);
  }

  /** Resolves when no change is under way. A worker that is slow is waited for: its sessions would be lost. */
  async #whenAgreed(): Promise<void> {
    while (this.core.awaited.length > 0) {
      const timer = setTimeout(() => {
        const workerPids = this.core.awaited.map((worker) => this.#channel.pidOf(worker));
        const which = workerPids.length === 1 ? 'a worker that does' : `${workerPids.length} workers that do`;
        this.#log.warn(
          { workerPids },
          `a change of targets waits for ${which} not answer: pid ${workerPids.join(', ')}`,
        );
      }, LONG_WAIT);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
      clearTimeout(timer);
    }
  }

  /** While nothing is waited for, no timer runs: an idle primary stays asleep. */
  #tickLater(): void {
    if (this.#isClosed) return;
    this.#ticker ??= setTimeout(() => {
      this.#ticker = undefined;
      this.core.tick(performance.now());
      if (this.core.isWaiting) this.#tickLater();
    }, TICK).unref();
  }

  #lookAtDrains(): void {
    this.#drains.look(this.core.targets, this.#options.drainTimeout);
  }

  #begun(): void {
    // A primary that is killed now would have the next one lead clients away from a target that is back.
    void this.#state?.keeper?.flush();
    this.startProbing();
    this.#lookAtDrains();
    for (const tell of this.#waiting.splice(0)) tell();
  }
}

function rulesOf(options: PoolOptions): AgreementRules {
  return { ...healthRules(options), sessionExpiry: options.sessionExpiry };
}
