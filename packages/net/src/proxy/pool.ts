// A set of targets with its policy, its sessions and where its targets can be reached, as one process has it. It accepts nothing
// and connects to nothing.
import {
  type FromPrimary,
  type FromWorker,
  Router,
  SessionTable,
  type TargetHealth,
  TargetPool,
  WorkerAgreement,
} from '@lb/core';
import type { Log } from '../base/log.ts';
import { setLongTimeout } from '../base/long-timers.ts';
import { AddressBook } from '../discovery/address-book.ts';
import type { PoolOptions, SplitOptions } from '../options/index.ts';
import { isOwnAddress, localAddresses } from '../options/own-address.ts';
import type { SessionStatus, TargetStatus } from './balancer-status.ts';
import type { Limits } from './limits/limits.ts';
import { PoolControl } from './pool-control.ts';
import { poolPolicy } from './pool-policy.ts';
import { ProbedHealth } from './probed-health.ts';
import { SessionSweeper } from './session-sweeper.ts';

export interface PoolContext {
  readonly log: Log;
  readonly limits: Limits;
  /** The options as they hold now, of which a controller is shown some. */
  readonly current: () => SplitOptions;
  /** Where a worker's part in the agreement with the other processes goes. Without, this process decides by itself. */
  readonly tellPrimary?: ((message: FromWorker) => void) | undefined;
}

export class Pool {
  readonly router: Router;
  readonly addresses: AddressBook;
  /** Absent in a process that decides by itself. */
  readonly agreement: WorkerAgreement | undefined;
  readonly control: PoolControl;
  readonly #limits: Limits;
  readonly #targets: TargetPool;
  /** Absent in a worker, whose primary decides on the health of targets. */
  readonly #probed: ProbedHealth | undefined;
  readonly #sessions: SessionTable;
  readonly #sweeper: SessionSweeper;
  #options: PoolOptions;

  constructor(options: SplitOptions, { log, limits, current, tellPrimary }: PoolContext) {
    const { listener, pool, process } = options;
    const { hashKey, policy } = poolPolicy({ ...process, ...pool });
    const targets = new TargetPool(hashKey);
    targets.setTargets(pool.targets);
    const sessions = new SessionTable({ expiry: pool.sessionExpiry, limit: pool.maxSessions });
    const own = localAddresses();
    this.#options = pool;
    this.#limits = limits;
    this.#targets = targets;
    this.#sessions = sessions;
    this.#sweeper = new SessionSweeper(sessions, pool.sessionExpiryInterval);
    this.addresses = new AddressBook((address, port) =>
      isOwnAddress(address, port, listener.sourceHost, listener.sourcePort, own),
    );
    let health: TargetHealth;
    if (tellPrimary) {
      const { transparent: confirms } = pool;
      this.agreement = new WorkerAgreement({
        pool: targets,
        policy,
        sessions,
        confirms,
        send: tellPrimary,
        soon: setImmediate,
      });
      health = this.agreement.health;
    } else {
      this.#probed = new ProbedHealth({ log, options: () => this.#options, addresses: this.addresses });
      health = this.#probed.health;
    }
    this.control = new PoolControl({ pool: targets, health, options: current, onTargets: () => this.startProbing() });
    this.router = new Router({
      pool: targets,
      health,
      policy,
      ...(pool.stickiness && { sessions, shared: this.agreement }),
    });
    limits.boundTargets(targets.targets);
  }

  /** Goes by other durations and limits from now on. What the hashing and the targets depend on stays. */
  configure(options: PoolOptions): void {
    this.#options = options;
    this.startProbing();
    this.agreement?.health.configure(options.transparent, this.#targets.targets);
    this.#sessions.configure({ expiry: options.sessionExpiry, limit: options.maxSessions });
    this.#sweeper.restart(options.sessionExpiryInterval);
  }

  /** Takes in what the primary says of sessions and targets. */
  agree(message: FromPrimary): void {
    this.agreement?.receive(message, performance.now());
    if (message.type === 'adopt' || message.type === 'claimed') this.#sweeper.restart();
    if (message.type === 'epoch') this.#limits.boundTargets(this.#targets.targets);
  }

  /** Connects to these addresses of targets from now on, by target id. In a worker, the epochs say so. */
  connectTo(addresses: ReadonlyMap<string, string>): void {
    for (const target of this.#targets.targets) target.address = addresses.get(target.id);
  }

  /** To be called when a connection to it has ended: its session may be idle now. */
  connectionEnded(): void {
    this.#sweeper.wake();
  }

  /** Probes those targets that have to be, now that their addresses are known. */
  startProbing(): void {
    this.#probed?.lookAll(this.#targets.targets);
  }

  stopProbing(): void {
    this.#probed?.close();
  }

  /** Drops no more sessions. To be called when there are no more connections. */
  close(): void {
    this.#sweeper.stop();
  }

  /**
   * Hands the sessions that are kept here over to other processes, and says when none is left. Resolves when those keep them, or when the
   * sessions are over because there is no other process. To be called after `close`.
   */
  async handOver(): Promise<void> {
    const { agreement } = this;
    if (!agreement) return;
    await new Promise<void>((resolve) => {
      setLongTimeout(resolve, this.#options.sessionExpiry);
      agreement.handOver(performance.now(), resolve);
    });
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  targets(): TargetStatus[] {
    return this.#targets.targets.map((target) => ({
      target: target.id,
      weight: target.weight,
      mode: target.mode,
      suspended: target.suspended,
      connections: target.connections,
      sessions: target.sessions,
    }));
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
