// The balancer of one process: what accepts, what routes and what connects, put together. It starts no other process.
import {
  type Admit,
  DecidingHealth,
  type FromPrimary,
  type FromWorker,
  Router,
  SessionTable,
  type TargetHealth,
  TargetPool,
  WorkerAgreement,
} from '@lb/core';
import { type Log, SILENT } from '../base/log.ts';
import { setLongTimeout } from '../base/long-timers.ts';
import { AddressBook } from '../discovery/address-book.ts';
import { chooseEngine } from '../engine/choose-engine.ts';
import type { Engine, ListenAddress } from '../engine/engine.ts';
import { refuseOpaque } from '../engine/transparent.ts';
import { type ResolvedOptions, splitOptions } from '../options/index.ts';
import { isOwnAddress, localAddresses } from '../options/own-address.ts';
import { gatesOf } from './admission/gates.ts';
import { ConnectionNews } from './events/connection-news.ts';
import { logHealth } from './events/health-log.ts';
import { Limits, type SharedRegion } from './limits/limits.ts';
import { type Accepting, Listener } from './listener.ts';
import { PoolControl } from './pool-control.ts';
import { poolPolicy } from './pool-policy.ts';
import { SessionSweeper } from './session-sweeper.ts';
import type { BalancerStatus, SessionStatus } from './status.ts';

export interface BalancerHooks {
  /** Asked about each connection. Without it all come in. */
  readonly admit?: Admit;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default the one that the option `engine` names */
  readonly engine?: Engine;
  /** Where a worker's part in the agreement with the other processes goes. Without, this process decides by itself. */
  readonly tellPrimary?: (message: FromWorker) => void;
  /** What the limits count together with other processes. @default this process counts by itself */
  readonly shared?: SharedRegion | undefined;
}

export class Balancer {
  readonly engine: Engine;
  /** Absent in a process that decides by itself. */
  readonly agreement: WorkerAgreement | undefined;
  readonly addresses: AddressBook;
  readonly control: PoolControl;
  readonly #pool: TargetPool;
  readonly #health: TargetHealth;
  readonly #sessions: SessionTable;
  readonly #log: Log;
  readonly #news: ConnectionNews;
  readonly #listener: Listener;
  readonly #limits: Limits;
  readonly #sweeper: SessionSweeper;
  /** As they hold now, in the flat form. */
  #options: ResolvedOptions;

  constructor(options: ResolvedOptions, hooks: BalancerHooks = {}) {
    const parts = splitOptions(options);
    const { listener, pool, process } = parts;
    this.#options = options;
    this.#log = hooks.log ?? SILENT;
    this.#news = new ConnectionNews(this.#log);
    this.engine = hooks.engine ?? chooseEngine(process.engine, this.#log);
    if (pool.transparent) refuseOpaque(this.engine);
    const { hashKey, policy } = poolPolicy(options);
    this.#pool = new TargetPool(hashKey);
    this.#pool.setTargets(pool.targets);
    this.#limits = new Limits(hooks.shared);
    const own = localAddresses();
    this.addresses = new AddressBook((address, port) =>
      isOwnAddress(address, port, listener.sourceHost, listener.sourcePort, own),
    );
    this.#sessions = new SessionTable({ expiry: pool.sessionExpiry, limit: pool.maxSessions });
    this.#sweeper = new SessionSweeper(this.#sessions, pool.sessionExpiryInterval);
    const suspension = pool.targetDeactivationDuration;
    this.agreement =
      hooks.tellPrimary &&
      new WorkerAgreement({
        pool: this.#pool,
        policy,
        sessions: this.#sessions,
        suspension,
        send: hooks.tellPrimary,
        soon: setImmediate,
      });
    this.#health =
      this.agreement?.health ??
      new DecidingHealth({
        suspension,
        onHealth: (target, health, reason) => logHealth(this.#log, target.id, health, reason, pool),
      });
    this.control = new PoolControl(this.#pool, this.#health, () => this.options);
    const context = {
      engine: this.engine,
      router: new Router({
        pool: this.#pool,
        health: this.#health,
        policy,
        ...(pool.stickiness && { sessions: this.#sessions, shared: this.agreement }),
      }),
      agreement: this.agreement,
      addresses: this.addresses,
      options: parts,
      ...gatesOf(parts, this.#limits),
      admit: hooks.admit,
      now: () => performance.now(),
      news: this.#news,
      ending: () => {
        this.#limits.closed();
        this.#sweeper.wake();
      },
    };
    this.#listener = new Listener({ log: this.#log, news: this.#news, limits: this.#limits, context });
    this.#limits.boundAll(listener);
    this.#limits.boundTargets(this.#pool.targets);
  }

  get options(): ResolvedOptions {
    return this.#options;
  }

  /** Goes by other durations and limits from now on. What the engine, the hashing and the targets depend on stays. */
  configure(options: ResolvedOptions): void {
    const parts = splitOptions(options);
    const { listener, pool } = parts;
    this.#options = options;
    this.#listener.configure({ options: parts, ...gatesOf(parts, this.#limits) });
    this.#limits.boundAll(listener);
    this.#health.suspension = pool.targetDeactivationDuration;
    this.#sessions.configure({ expiry: pool.sessionExpiry, limit: pool.maxSessions });
    this.#sweeper.restart(pool.sessionExpiryInterval);
  }

  get admit(): Admit | undefined {
    return this.#listener.context.admit;
  }

  /** Who is asked about each new connection from now on. */
  set admit(admit: Admit | undefined) {
    this.#listener.configure({ admit });
  }

  /** Accepts connections there until the listener is closed. */
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

  /** Takes in what the primary says of sessions and targets. */
  agree(message: FromPrimary): void {
    this.agreement?.receive(message, performance.now());
    if (message.type === 'adopt') this.#sweeper.restart();
    if (message.type === 'epoch') this.#limits.boundTargets(this.#pool.targets);
  }

  /** Resets the connections that a target still has. */
  endConnectionsTo(id: string): void {
    this.#listener.resetConnectionsTo(id);
  }

  /** Waits until the open connections have ended, for `timeout` ms at most if one is given, and resets those that are left. */
  async drain(timeout: number | undefined): Promise<void> {
    await this.#listener.drain(timeout);
    this.#sweeper.stop();
  }

  /**
   * Hands the sessions that are kept here over to other processes. Resolves when those keep them, or when the sessions are over because
   * there is no other process. To be called after `drain`.
   */
  async handOver(): Promise<void> {
    const { agreement, options } = this;
    if (!agreement || this.#sessions.size === 0) return;
    await new Promise<void>((resolve) => {
      setLongTimeout(resolve, options.sessionExpiry);
      agreement.handOver(performance.now(), resolve);
    });
  }

  status(): BalancerStatus {
    return {
      engine: this.engine.name,
      connections: this.#listener.connections,
      sessions: this.#sessions.size,
      counters: { ...this.#news.counters },
      middlewareFailure: this.#news.middlewareFailures.status,
      targets: this.#pool.targets.map((target) => ({
        target: target.id,
        weight: target.weight,
        mode: target.mode,
        suspended: target.suspended,
        connections: target.connections,
        sessions: target.sessions,
      })),
    };
  }

  /** The session that a client has in this process. */
  findSession(key: string): SessionStatus | undefined {
    const now = performance.now();
    const session = this.#sessions.find(key, now);
    if (!session) return undefined;
    const { target, live, idleSince } = session;
    return { target: target.id, connections: live, idleMs: live > 0 ? undefined : Math.round(now - idleSince) };
  }
}
