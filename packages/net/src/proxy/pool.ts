// A set of targets with its policy, its sessions and where its targets can be reached, as one process has it. It accepts nothing
// and connects to nothing.
import {
  DecidingHealth,
  type FromPrimary,
  type FromWorker,
  Router,
  SessionTable,
  type TargetHealth,
  TargetPool,
  WorkerAgreement,
} from '@lb/core';
import type { ControllerSettings } from '@lb/core/internal';
import type { Log } from '../base/log.ts';
import { setLongTimeout } from '../base/long-timers.ts';
import { AddressBook } from '../discovery/address-book.ts';
import type { ListensOn, PoolOptions, SplitOptions } from '../options/index.ts';
import { isOwnAddress, localAddresses } from '../options/own-address.ts';
import type { SessionStatus, TargetStatus } from './balancer-status.ts';
import { logHealth } from './events/health-log.ts';
import type { Limits } from './limits/limits.ts';
import { PoolControl } from './pool-control.ts';
import { poolPolicy } from './pool-policy.ts';
import { SessionSweeper } from './session-sweeper.ts';

export interface PoolContext {
  readonly log: Log;
  readonly limits: Limits;
  /** What a controller is shown of the options as they hold now. */
  readonly settings: () => ControllerSettings & ListensOn;
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
  readonly #health: TargetHealth;
  readonly #sessions: SessionTable;
  readonly #sweeper: SessionSweeper;
  #options: PoolOptions;

  constructor(options: SplitOptions, { log, limits, settings, tellPrimary }: PoolContext) {
    const { listener, pool, process } = options;
    const { hashKey, policy } = poolPolicy({ ...process, ...pool });
    const targets = new TargetPool(hashKey);
    targets.setTargets(pool.targets);
    const sessions = new SessionTable({ expiry: pool.sessionExpiry, limit: pool.maxSessions });
    const own = localAddresses();
    const suspension = pool.targetDeactivationDuration;
    this.#options = pool;
    this.#limits = limits;
    this.#targets = targets;
    this.#sessions = sessions;
    this.#sweeper = new SessionSweeper(sessions, pool.sessionExpiryInterval);
    this.addresses = new AddressBook((address, port) =>
      isOwnAddress(address, port, listener.sourceHost, listener.sourcePort, own),
    );
    this.agreement =
      tellPrimary &&
      new WorkerAgreement({ pool: targets, policy, sessions, suspension, send: tellPrimary, soon: setImmediate });
    this.#health =
      this.agreement?.health ??
      new DecidingHealth({
        suspension,
        onHealth: (target, health, reason) => logHealth(log, target.id, health, reason, this.#options),
      });
    this.control = new PoolControl(targets, this.#health, settings);
    this.router = new Router({
      pool: targets,
      health: this.#health,
      policy,
      ...(pool.stickiness && { sessions, shared: this.agreement }),
    });
    limits.boundTargets(targets.targets);
  }

  /** Goes by other durations and limits from now on. What the hashing and the targets depend on stays. */
  configure(options: PoolOptions): void {
    this.#options = options;
    this.#health.suspension = options.targetDeactivationDuration;
    this.#sessions.configure({ expiry: options.sessionExpiry, limit: options.maxSessions });
    this.#sweeper.restart(options.sessionExpiryInterval);
  }

  /** Takes in what the primary says of sessions and targets. */
  agree(message: FromPrimary): void {
    this.agreement?.receive(message, performance.now());
    if (message.type === 'adopt') this.#sweeper.restart();
    if (message.type === 'epoch') this.#limits.boundTargets(this.#targets.targets);
  }

  /** To be called when a connection to it has ended: its session may be idle now. */
  connectionEnded(): void {
    this.#sweeper.wake();
  }

  /** Drops no more sessions. To be called when there are no more connections. */
  close(): void {
    this.#sweeper.stop();
  }

  /**
   * Hands the sessions that are kept here over to other processes. Resolves when those keep them, or when the sessions are over because
   * there is no other process. To be called after `close`.
   */
  async handOver(): Promise<void> {
    const { agreement } = this;
    if (!agreement || this.sessions === 0) return;
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
