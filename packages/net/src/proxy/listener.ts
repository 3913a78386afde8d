// Where connections come in: accepts them from any number of sockets and sends each on its way. In the process that carries them.
import { errorCode } from '@lb/core';
import type { Admit } from '@lb/core/internal';
import { listenError, NO_IPV6 } from '../base/listen-error.ts';
import type { Log } from '../base/log.ts';
import { setLongTimeout } from '../base/long-timers.ts';
import { Roster } from '../base/roster.ts';
import type { Acceptor, Downstream, ListenAddress } from '../engine/engine.ts';
import type { SplitOptions } from '../options/index.ts';
import { CatchUpGate } from './admission/catch-up-gate.ts';
import { gatesOf } from './admission/gates.ts';
import { Connection, type ConnectionOwner, type Snapshot } from './connection.ts';
import type { Limits } from './limits/limits.ts';
import type { Pool } from './pool.ts';

/** ms between two looks at a limit that other processes share: room that they make is seen by looking only. */
const LOOK = 50;

/** A socket that connections are accepted from, until it is closed. */
export interface Accepting {
  readonly port: number;
  /** Accepts no more. What waits in the kernel's queue is left there. */
  close(): Promise<void>;
}

export interface ListenerContext extends Pick<Snapshot, 'engine' | 'queues' | 'observer'> {
  /** Where all connections go. */
  readonly pool: Pool;
  readonly limits: Limits;
  readonly log: Log;
  /** See `BalancerHooks`. */
  readonly catchingUp?: (() => Promise<void> | undefined) | undefined;
}

export class Listener implements ConnectionOwner {
  readonly #context: ListenerContext;
  readonly #acceptors = new Set<Acceptor>();
  readonly #connections = new Roster<Connection>();
  /** What the next connections go by. */
  #snapshot: Snapshot;
  #admit: Admit | undefined;
  /** While there are as many connections as there may be. */
  #looking: NodeJS.Timeout | undefined;
  /** Until this process has caught up. */
  #catchingUp: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(options: SplitOptions, context: ListenerContext, admit: Admit | undefined) {
    this.#context = context;
    this.#admit = admit;
    this.#snapshot = this.#snapshotOf(options);
    context.limits.boundAll(options.listener);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Has later connections go by other options. Those that are there keep what they were accepted under. */
  configure(options: SplitOptions): void {
    this.#snapshot = this.#snapshotOf(options);
    this.#context.limits.boundAll(options.listener);
  }

  get admit(): Admit | undefined {
    return this.#admit;
  }

  /** Who is asked about later connections. */
  set admit(admit: Admit | undefined) {
    this.#admit = admit;
    this.#snapshot = this.#snapshotOf(this.#snapshot.options);
  }

  #snapshotOf(options: SplitOptions): Snapshot {
    const { engine, queues, pool, observer, limits } = this.#context;
    const gates = gatesOf(options, limits, engine, this.#admit);
    return Object.freeze({ engine, queues, pool, observer, options, gates, now });
  }

  async accept(at: ListenAddress): Promise<Accepting> {
    const acceptor = await this.#context.engine.listen(at, this.#accepted, this.#exhausted);
    this.#acceptors.add(acceptor);
    if (this.#isPaused) acceptor.pause();
    return {
      port: acceptor.port,
      close: () => {
        this.#acceptors.delete(acceptor);
        return acceptor.close();
      },
    };
  }

  /**
   * Accepts on an address of this machine; on `::` without IPv6, on 0.0.0.0.
   * @throws {BalancerError} with the system's code, and what to do about it
   */
  async acceptOn(host: string, port: number): Promise<Accepting> {
    try {
      return await this.accept({ host, port });
    } catch (error) {
      if (host === '::' && NO_IPV6.has(errorCode(error))) return this.acceptOn('0.0.0.0', port);
      throw listenError(error, host, port);
    }
  }

  readonly #accepted = (downstream: Downstream): void => {
    const { limits, catchingUp } = this.#context;
    limits.opened();
    const behind = catchingUp?.();
    const connection = new Connection(behind ? this.#waitingFor(behind) : this.#snapshot, downstream, this);
    this.#connections.add(connection);
    connection.begin();
    if (limits.isFull) this.#waitForRoom();
  };

  readonly #exhausted = (code: string): void => this.#context.observer.exhausted(code, this.connections);

  /** What those go by that were accepted before it was known that this process is behind. The others wait in the queue. */
  #waitingFor(caughtUp: Promise<void>): Snapshot {
    this.holdUntil(caughtUp);
    return Object.freeze({ ...this.#snapshot, gates: [new CatchUpGate(caughtUp), ...this.#snapshot.gates] });
  }

  /** Accepts no connection until then. */
  holdUntil(caughtUp: Promise<void>): void {
    if (this.#catchingUp) return;
    this.#pause();
    this.#catchingUp = caughtUp;
    void caughtUp.then(() => {
      this.#catchingUp = undefined;
      this.#resume();
    });
  }

  #waitForRoom(): void {
    if (this.#looking) return;
    this.#pause();
    this.#context.observer.full(this.connections);
    this.#looking = setInterval(this.#look, LOOK).unref();
  }

  readonly #look = (): void => {
    if (this.#context.limits.isFull) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#resume();
  };

  get #isPaused(): boolean {
    return this.#looking !== undefined || this.#catchingUp !== undefined;
  }

  #pause(): void {
    if (!this.#isPaused) for (const acceptor of this.#acceptors) acceptor.pause();
  }

  #resume(): void {
    if (!this.#isPaused) for (const acceptor of this.#acceptors) acceptor.resume();
  }

  /** Resets the connections that a target still has. */
  resetConnectionsTo(id: string): void {
    this.#connections.each((connection) => {
      if (connection.target?.id === id) connection.reset();
    });
  }

  /** Waits until the open connections have ended, for `timeout` ms at most if one is given, and resets those that are left. */
  async drain(timeout: number | undefined): Promise<void> {
    if (this.#connections.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
        if (timeout !== undefined) timer = setLongTimeout(resolve, timeout);
      });
      clearTimeout(timer);
    }
    const { size } = this.#connections;
    if (size > 0) {
      const left = size === 1 ? '1 connection was' : `${size} connections were`;
      this.#context.log.warn({ connections: size }, `${left} still open after ${timeout} ms, and reset`);
    }
    this.#connections.each((connection) => connection.reset());
  }

  ending(): void {
    this.#context.limits.closed();
    this.#context.pool.connectionEnded();
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#looking) this.#look();
    if (this.#connections.size > 0 || !this.#whenIdle) return;
    this.#whenIdle();
    this.#context.engine.yieldToNode();
  }
}

function now(): number {
  return performance.now();
}
