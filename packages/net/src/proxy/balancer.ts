// The balancer of one process: what accepts and where it goes to, put together. It starts no other process. For this package.
import type { FromPrimary, FromWorker, WorkerAgreement } from '@lb/core';
import type { Admit } from '@lb/core/internal';
import { type Log, SILENT } from '../base/log.ts';
import type { AddressBook } from '../discovery/address-book.ts';
import { chooseEngine } from '../engine/choose-engine.ts';
import type { Engine, ListenAddress } from '../engine/engine.ts';
import { refuseOpaque } from '../engine/transparent.ts';
import type { SplitOptions } from '../options/index.ts';
import type { BalancerStatus, SessionStatus } from './balancer-status.ts';
import { AcceptQueues } from './dialling/accept-queues.ts';
import { ConnectionNews } from './events/connection-news.ts';
import { Limits, type SharedRegion } from './limits/limits.ts';
import { type Accepting, Listener } from './listener.ts';
import { Pool } from './pool.ts';
import type { PoolControl } from './pool-control.ts';

export interface BalancerHooks {
  /** Asked about each connection. Without it all come in. */
  readonly admit?: Admit;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default the one that the option `engine` names */
  readonly engine?: Engine;
  /** Where a worker's part in the agreement with the other processes goes. Without, this process decides by itself. */
  readonly tellPrimary?: (message: FromWorker) => void;
  /** What new connections wait for where this process has stood still and may not know what the others have agreed on since. */
  readonly catchingUp?: () => Promise<void> | undefined;
  /** What the limits count together with other processes. @default this process counts by itself */
  readonly shared?: SharedRegion | undefined;
}

export class Balancer {
  readonly #engine: Engine;
  readonly #news: ConnectionNews;
  readonly #pool: Pool;
  readonly #listener: Listener;
  /** As they hold now. */
  #options: SplitOptions;

  constructor(options: SplitOptions, hooks: BalancerHooks = {}) {
    const { admit, log = SILENT, engine, tellPrimary, catchingUp, shared } = hooks;
    this.#options = options;
    this.#engine = engine ?? chooseEngine(options.process.engine, log);
    if (options.pool.transparent) refuseOpaque(this.#engine);
    this.#news = new ConnectionNews(log);
    const limits = new Limits(shared);
    this.#pool = new Pool(options, { log, limits, current: () => this.#options, tellPrimary });
    const queues = new AcceptQueues(this.#engine, (target) => this.#news.acceptQueueFull(target));
    const context = { engine: this.#engine, queues, pool: this.#pool, observer: this.#news, log, limits, catchingUp };
    this.#listener = new Listener(options, context, admit);
  }

  get options(): SplitOptions {
    return this.#options;
  }

  /** Absent in a process that decides by itself. */
  get agreement(): WorkerAgreement | undefined {
    return this.#pool.agreement;
  }

  get addresses(): AddressBook {
    return this.#pool.addresses;
  }

  get control(): PoolControl {
    return this.#pool.control;
  }

  /** Goes by other durations and limits from now on. What the engine, the hashing and the targets depend on stays. */
  configure(options: SplitOptions): void {
    this.#options = options;
    this.#pool.configure(options.pool);
    this.#listener.configure(options);
  }

  get admit(): Admit | undefined {
    return this.#listener.admit;
  }

  /** Who is asked about each new connection from now on. */
  set admit(admit: Admit | undefined) {
    this.#listener.admit = admit;
  }

  /** Accepts connections there until that is closed. */
  accept(at: ListenAddress): Promise<Accepting> {
    return this.#listener.accept(at);
  }

  /**
   * Accepts connections on an address of this machine.
   * @throws {BalancerError} with the system's code, and what to do about it
   */
  listenOn(host: string, port: number): Promise<Accepting> {
    return this.#listener.acceptOn(host, port);
  }

  /** Accepts no connection until then. */
  holdUntil(caughtUp: Promise<void>): void {
    this.#listener.holdUntil(caughtUp);
  }

  /** Takes in what the primary says of sessions and targets. */
  agree(message: FromPrimary): void {
    this.#pool.agree(message);
  }

  /** To be called when the addresses of the targets are known. In a worker, the primary probes. */
  startProbing(): void {
    this.#pool.startProbing();
  }

  /** Connects to these addresses of targets from now on, by target id. In a worker, the epochs say so. */
  connectTo(addresses: ReadonlyMap<string, string>): void {
    this.#pool.connectTo(addresses);
  }

  /** Resets the connections that a target still has. */
  endConnectionsTo(id: string): void {
    this.#listener.resetConnectionsTo(id);
  }

  /** Waits until the open connections have ended, for `timeout` ms at most if one is given, and resets those that are left. */
  async drain(timeout: number | undefined): Promise<void> {
    this.#pool.stopProbing();
    await this.#listener.drain(timeout);
    this.#pool.close();
  }

  /** Hands the sessions that are kept here over to other processes, as far as there are any. To be called after `drain`. */
  handOver(): Promise<void> {
    return this.#pool.handOver();
  }

  status(): BalancerStatus {
    return {
      engine: this.#engine.name,
      connections: this.#listener.connections,
      sessions: this.#pool.sessions,
      counters: { ...this.#news.counters },
      middlewareFailure: this.#news.middlewareFailures.status,
      targets: this.#pool.targets(),
    };
  }

  /** The session that a client has in this process. */
  findSession(key: string): SessionStatus | undefined {
    return this.#pool.findSession(key);
  }
}
