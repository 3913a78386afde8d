// The balancer of one process: what accepts, what routes and what connects, put together. It starts no other process.
import {
  type Admit,
  DEFAULT_HASH_KEY,
  hashKeyFromSeed,
  Router,
  SessionTable,
  type TargetControl,
  type TargetOptions,
  TargetPool,
  targetId,
} from '@lb/core';
import { AddressBook } from './address-book.ts';
import { chooseEngine } from './choose-engine.ts';
import { Connection, type ConnectionContext } from './connection.ts';
import { Counters } from './counters.ts';
import type { ConnectError, Downstream, Engine, ListenAddress, Listener } from './engine.ts';
import { errorCode } from './errors.ts';
import { listenError, NO_IPV6 } from './listen-error.ts';
import { type Log, LogThrottle, SILENT } from './log.ts';
import { isOwnAddress, localAddresses, parseTargets, type ResolvedOptions } from './options/index.ts';
import { Roster } from './roster.ts';
import type { BalancerStatus } from './status.ts';

/** ms between two log lines of the same kind about single connections. */
const LOG_INTERVAL = 1_000;

export interface BalancerHooks {
  /** Asked about each connection. Without it all come in. */
  readonly admit?: Admit;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default the one that the option `engine` names */
  readonly engine?: Engine;
}

export class Balancer implements Omit<TargetControl, 'close'> {
  readonly options: ResolvedOptions;
  readonly engine: Engine;
  readonly addresses: AddressBook;
  readonly #pool: TargetPool;
  readonly #sessions: SessionTable;
  readonly #log: Log;
  readonly #throttle = new LogThrottle(LOG_INTERVAL);
  readonly #counters = new Counters();
  readonly #connections = new Roster<Connection>();
  readonly #context: ConnectionContext & { admit: Admit | undefined };
  readonly #sweeper: NodeJS.Timeout;
  #whenIdle: (() => void) | undefined;

  constructor(options: ResolvedOptions, hooks: BalancerHooks = {}) {
    this.options = options;
    this.#log = hooks.log ?? SILENT;
    this.engine = hooks.engine ?? chooseEngine(options.engine, this.#log);
    const hashKey = options.hashSeed === undefined ? DEFAULT_HASH_KEY : hashKeyFromSeed(options.hashSeed);
    this.#pool = new TargetPool({
      suspension: options.targetDeactivationDuration,
      hashKey,
      onHealth: (target, health, reason) => this.#logHealth(target.id, health, reason),
    });
    this.#pool.setTargets(options.targets);
    const own = localAddresses();
    this.addresses = new AddressBook((address, port) =>
      isOwnAddress(address, port, options.sourceHost, options.sourcePort, own),
    );
    this.#sessions = new SessionTable({ expiry: options.sessionExpiry, limit: options.maxSessions });
    const { stickiness } = options;
    this.#context = {
      engine: this.engine,
      router: new Router({ pool: this.#pool, sessions: this.#sessions, hashKey, stickiness, random: Math.random }),
      addresses: this.addresses,
      options,
      admit: hooks.admit,
      now: () => performance.now(),
      blocked: () => this.#blocked(),
      unanswered: () => this.#unanswered(),
      unserved: (client, lastError) => this.#unserved(client, lastError),
      passedOver: (target, error) => this.#passedOver(target, error),
      closed: (connection) => this.#closed(connection),
    };
    this.#sweeper = setInterval(() => this.#sessions.sweep(performance.now()), options.sessionExpiryInterval).unref();
  }

  get admit(): Admit | undefined {
    return this.#context.admit;
  }

  /** Who is asked about each new connection from now on. */
  set admit(admit: Admit | undefined) {
    this.#context.admit = admit;
  }

  /** Accepts connections there until the listener is closed. */
  accept(at: ListenAddress): Promise<Listener> {
    return this.engine.listen(at, this.#accepted, this.#exhausted);
  }

  /**
   * Listens on an address of this machine; on `::` without IPv6, on 0.0.0.0.
   * @throws {BalancerError} with the system's code, and what to do about it
   */
  async listenOn(host: string, port: number): Promise<Listener> {
    try {
      return await this.accept({ host, port });
    } catch (error) {
      if (host === '::' && NO_IPV6.has(errorCode(error))) return this.listenOn('0.0.0.0', port);
      throw listenError(error, host, port);
    }
  }

  readonly #accepted = (downstream: Downstream): void => {
    this.#counters.accepted += 1;
    const connection = new Connection(this.#context, downstream);
    this.#connections.add(connection);
    connection.admit();
  };

  readonly #exhausted = (code: string): void => {
    const message = `no connection is accepted until there are free descriptors again (${code}); open ones go on. Raise the limit of open files (ulimit -n, LimitNOFILE), or spread the load over more machines.`;
    this.#logOften('exhausted', (leftOut) => {
      this.#log.error({ code, connections: this.#connections.size, leftOut }, message);
    });
  };

  /** Waits until the open connections have ended, for `timeout` ms at most, and resets those that are left. */
  async drain(timeout: number): Promise<void> {
    if (this.#connections.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
        timer = setTimeout(resolve, timeout);
      });
      clearTimeout(timer);
    }
    if (this.#connections.size > 0) {
      this.#log.warn(
        { connections: this.#connections.size },
        `${this.#connections.size} connections were still open after ${timeout} ms and are reset`,
      );
    }
    this.#connections.each((connection) => connection.reset());
    clearInterval(this.#sweeper);
  }

  status(): BalancerStatus {
    return {
      engine: this.engine.name,
      connections: this.#connections.size,
      sessions: this.#sessions.size,
      counters: { ...this.#counters },
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

  targets(): readonly TargetOptions[] {
    return this.#pool.targets.map((target) => target.options);
  }

  activeTargets(): readonly TargetOptions[] {
    const now = performance.now();
    return this.#pool.targets.filter((target) => target.isActive(now)).map((target) => target.options);
  }

  setTargets(targets: readonly TargetOptions[]): void {
    this.#pool.setTargets(parseTargets(targets, this.options));
  }

  deactivateTarget(host: string, port: number): void {
    const target = this.#pool.get(targetId({ host, port }));
    if (target) this.#pool.suspend(target, performance.now(), 'asked for');
  }

  isTargetActive(host: string, port: number): boolean {
    return this.#pool.get(targetId({ host, port }))?.isActive(performance.now()) ?? false;
  }

  #closed(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0 || !this.#whenIdle) return;
    this.#whenIdle();
    this.engine.yieldToNode();
  }

  #blocked(): void {
    this.#counters.blocked += 1;
  }

  #unanswered(): void {
    const { admitTimeout } = this.options;
    const message = `blocked a connection that the middleware has not answered within admitTimeout (${admitTimeout} ms)`;
    this.#logOften('unanswered', (leftOut) => this.#log.warn({ leftOut }, message));
  }

  #unserved(client: string, lastError: ConnectError | undefined): void {
    this.#counters.unserved += 1;
    const why = lastError
      ? `no target took it, the last one because of ${lastError.message}`
      : 'there is no target to try';
    this.#logOften('unserved', (leftOut) =>
      this.#log.error({ client, code: lastError?.code, leftOut }, `reset the connection of ${client}: ${why}`),
    );
  }

  #passedOver(target: string, error: ConnectError): void {
    this.#counters.passedOver += 1;
    if (error.source === 'upstream') return; // the change of health is logged, once
    this.#logOften(error.code, (leftOut) =>
      this.#log.error(
        { target, code: error.code, leftOut },
        `this machine could not connect to ${target}: ${error.code}`,
      ),
    );
  }

  #logOften(kind: string, write: (leftOut: number) => void): void {
    const leftOut = this.#throttle.pass(kind, performance.now());
    if (leftOut !== undefined) write(leftOut);
  }

  #logHealth(target: string, health: 'suspended' | 'restored', reason: string | undefined): void {
    if (health === 'restored') return this.#log.info({ target }, `target ${target} is back`);
    const { targetDeactivationDuration } = this.options;
    this.#log.warn({ target, reason }, `target ${target} is suspended for ${targetDeactivationDuration} ms: ${reason}`);
  }
}
