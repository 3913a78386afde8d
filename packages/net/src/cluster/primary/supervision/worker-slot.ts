// The place of one worker: the process that fills it now, and its successor when that one dies. Runs in the primary.
import type { ChildProcess } from 'node:child_process';
import { BalancerError, errorCode, errorMessage, type WorkerId } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { type ResolvedOptions, splitOptions } from '../../../options/index.ts';
import { PROTOCOL_VERSION, type ToPrimary, type ToWorker, type WorkerInit } from '../../protocol/messages.ts';
import { FIRST_DESCRIPTOR, forkWorker } from './worker-process.ts';

/** ms before a worker that keeps dying before it was ready is started again: doubled with each death, up to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;
/** Deaths in a row before a first start is given up. */
const START_TRIES = 3;

export type WorkerState = 'starting' | 'ready' | 'waiting' | 'draining' | 'gone';

export interface WorkerSlotOptions {
  readonly index: number;
  readonly workerModule: string;
  /** Descriptors to hand down, as the primary knows them. */
  readonly listeners: readonly number[];
  /** Of memory that all workers share. */
  readonly memory: number | undefined;
  readonly log: Log;
  /** The options of the processes here, until `configure` changes them. */
  readonly config: ResolvedOptions;
  /** What a process begins with; the descriptors are given as it knows them. */
  readonly init: (
    worker: WorkerId,
    config: ResolvedOptions,
    listeners: readonly number[],
    memory: number | undefined,
  ) => WorkerInit;
  /** Gives each process a number that no other one has had. */
  readonly nextWorker: () => WorkerId;
  /** A process is about to be ready: what it must know before it accepts is sent now. */
  readonly onReady: (worker: WorkerId, port: number) => void;
  /** A process that was ready is gone. */
  readonly onLeft: (worker: WorkerId) => void;
  /** A process is gone, ready or not. */
  readonly onExit: (worker: WorkerId) => void;
  readonly onMessage: (worker: WorkerId, message: ToPrimary) => void;
  readonly onState: (state: WorkerState) => void;
}

export class WorkerSlot {
  readonly index: number;
  /** Settles when the first worker here is ready, or can't be. */
  readonly started: Promise<void>;
  /** Resolves when nobody is here and nobody will be. */
  readonly gone: Promise<void>;
  /** Why no worker can begin here, where that is so because the package was upgraded on disk. */
  upgraded: BalancerError | undefined;
  readonly #options: WorkerSlotOptions;
  #config: ResolvedOptions;
  #state: WorkerState = 'waiting';
  #child: ChildProcess | undefined;
  #worker: WorkerId = -1;
  #isMember = false;
  #since = 0;
  #earlyDeaths = 0;
  #beats = 0;
  #failure: BalancerError | undefined;
  #restart: NodeJS.Timeout | undefined;
  #onGone: (() => void) | undefined;
  #accepting = false;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
    this.#config = options.config;
    this.index = options.index;
    this.started = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.started.catch(() => {}); // whoever waits for it hears of it
    this.gone = new Promise((resolve) => {
      this.#onGone = resolve;
    });
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** The number of the present process, or of the last one. */
  get worker(): WorkerId {
    return this.#worker;
  }

  /** The options of the present process, and of its successor. */
  get config(): ResolvedOptions {
    return this.#config;
  }

  /** Descriptors of the listeners it was given. */
  get listeners(): readonly number[] {
    return this.#options.listeners;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether the present process can be spoken to. */
  get isConnected(): boolean {
    return this.#child?.connected === true;
  }

  /** How often workers here have said by a message that they live. */
  get beats(): number {
    return this.#beats;
  }

  /** Whether there is a worker that may still accept connections. */
  get accepting(): boolean {
    return this.#accepting;
  }

  /** When the present worker was started, in ms since the epoch. */
  get since(): number {
    return this.#since;
  }

  start(): void {
    const { workerModule, listeners, memory, init, log } = this.#options;
    this.#since = Date.now();
    this.#worker = this.#options.nextWorker();
    this.#failure = undefined;
    this.#accepting = true;
    this.#become('starting');
    const inherited = listeners.map((_, at) => FIRST_DESCRIPTOR + at);
    const inheritedMemory = memory === undefined ? undefined : FIRST_DESCRIPTOR + listeners.length;
    const initial = init(this.#worker, this.#config, inherited, inheritedMemory);
    try {
      this.#child = forkWorker({
        index: this.index,
        workerModule,
        descriptors: [...listeners, ...(memory === undefined ? [] : [memory])],
        account: initial.identity?.account,
        log,
        onMessage: (message) => this.#receive(message),
        onEnd: (how) => this.#died(how),
      });
    } catch (error) {
      return this.#died(errorMessage(error));
    }
    this.send({ type: 'init', version: PROTOCOL_VERSION, init: initial });
  }

  /** Gives the present process other options; its successors begin with them. */
  configure(config: ResolvedOptions): void {
    this.#config = config;
    this.send({ type: 'options', options: splitOptions(config) });
  }

  /** A message to a worker that is just dying is lost with it; its successor gets what it needs at its start. */
  send(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /**
   * Asks the worker to end once its connections have, and fills the place no more. May be asked again, with another time-out.
   * @param timeout ms, or `undefined` for as long as they last
   * @param emptyQueues whether the worker takes what waits in the listeners' queues first
   * @param handOver whether it hands its sessions over to another worker before it ends
   */
  drain(timeout: number | undefined, emptyQueues: boolean, handOver = false): void {
    clearTimeout(this.#restart);
    if (this.#state === 'gone') return;
    if (this.#state === 'waiting') return this.#become('gone');
    if (this.#state === 'starting') this.kill();
    else this.send({ type: 'drain', timeout, emptyQueues, handOver });
    this.#become('draining');
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Kills a worker that is not getting ready. @param why it can't begin */
  fail(why: BalancerError): void {
    this.#failure ??= why;
    this.kill();
  }

  #receive(message: ToPrimary): void {
    if (message.type === 'failed') {
      this.#failure = new BalancerError(message.message, { code: errorCode(message) });
    } else if (message.type === 'ready' && this.#state === 'starting') {
      this.#earlyDeaths = 0;
      this.upgraded = undefined;
      this.#isMember = true;
      this.#config = { ...this.#config, sourcePort: message.port };
      this.#options.onReady(this.#worker, message.port);
      this.#become('ready');
      this.#settle?.resolve();
      this.#settle = undefined;
    } else if (message.type === 'beat') {
      this.#beats += 1;
    } else if (message.type === 'unlistened') {
      this.#accepting = false;
      this.#options.onState(this.#state);
    } else {
      this.#options.onMessage(this.#worker, message);
    }
  }

  #died(how: string): void {
    const { log } = this.#options;
    const before = this.#state;
    const pid = this.#child?.pid;
    this.#child = undefined;
    this.#accepting = false;
    this.#options.onExit(this.#worker);
    if (this.#isMember) this.#options.onLeft(this.#worker);
    this.#isMember = false;
    if (before === 'draining') return this.#become('gone');
    if (this.#failure?.code === 'UPGRADED') this.upgraded = this.#failure;
    const early = before === 'starting';
    this.#earlyDeaths = early ? this.#earlyDeaths + 1 : 0;
    const reason = this.#failure?.message ?? how;
    if (this.#settle && (this.#failure || this.#earlyDeaths >= START_TRIES)) return this.#giveUp(reason);
    const pause = early ? Math.min(FIRST_PAUSE * 2 ** (this.#earlyDeaths - 1), LONGEST_PAUSE) : 0;
    log.error(
      { worker: this.index, workerPid: pid, reason, pauseMs: pause },
      `worker ${this.index} died${early ? ' before it was ready' : ''} (${reason}) and is replaced ${pause > 0 ? `in ${pause} ms` : 'at once'}`,
    );
    this.#restart = setTimeout(() => this.start(), pause);
    this.#become('waiting');
  }

  #giveUp(reason: string): void {
    const advice = /^exit code/.test(reason)
      ? ' The log has what it printed. A controller must not end its process or close its channel.'
      : '';
    const message = `A worker process ended before it was ready: ${reason}.${advice}`;
    this.#settle?.reject(this.#failure ?? new BalancerError(message, { code: 'WORKER_FAILED' }));
    this.#settle = undefined;
    this.#become('gone');
  }

  #become(state: WorkerState): void {
    this.#state = state;
    this.#options.onState(state);
    if (state !== 'gone') return;
    this.#settle?.reject(new BalancerError('Stopped before it had started.', { code: 'STOPPED' }));
    this.#onGone?.();
  }
}
