// One target's state in this process. It holds no address that was looked up and opens no socket.
import { type Hash, type HashKey, hashText } from '../hashing/hash.ts';
import type { Candidate } from '../policies/policy.ts';
import type { Health } from './health.ts';
import { type TargetOptions, targetId } from './target-options.ts';

/**
 * `enabled`: takes clients. `draining`: keeps the sessions it has and takes no new one. `disabled`: takes no new connection.
 * `removed`: no longer in the list, and kept only while something still counts on it.
 */
export type TargetMode = 'enabled' | 'draining' | 'disabled' | 'removed';

/** A target and its state. Its counts are changed by guards alone, its health by `TargetHealth`. */
export class TargetRecord implements Candidate {
  readonly id: string;
  readonly hash: Hash;
  options: TargetOptions;
  weight = 1;
  mode: TargetMode = 'enabled';
  health: Health = { state: 'healthy', version: 0 };
  /** Of its addresses the one that all processes connect to, where its name has been looked up. Opaque here: it is carried along. */
  address: string | undefined;
  /** Connections to it that other processes have. Asked only of a target with a limit. */
  elsewhere: (() => number) | undefined;
  /** Told of each change of `connections`, where other processes want to know. */
  onCount: ((connections: number) => void) | undefined;
  #connections = 0;
  sessions = 0;

  constructor(options: TargetOptions, key: HashKey) {
    this.id = targetId(options);
    this.hash = hashText(key, this.id);
    this.options = options;
  }

  /** Connections to it, those being dialled included. */
  get connections(): number {
    return this.#connections;
  }

  set connections(connections: number) {
    this.#connections = connections;
    this.onCount?.(connections);
  }

  /** Whether it has as many connections as it may have. */
  get full(): boolean {
    const most = this.options.maxConnections ?? 0;
    return most > 0 && this.#connections + (this.elsewhere?.() ?? 0) >= most;
  }

  /** Whether it takes clients, suspended or not: it can be a client's home. */
  get enabled(): boolean {
    return this.mode === 'enabled';
  }

  get suspended(): boolean {
    return this.health.state !== 'healthy';
  }

  /** Whether it counts as active for a controller. */
  get active(): boolean {
    return this.enabled && !this.suspended;
  }

  /** Whether it may be given a client that has no session with it. */
  get available(): boolean {
    return this.enabled && !this.suspended && !this.full;
  }

  /** Whether it may serve a client that has a session with it. */
  get availableToSession(): boolean {
    return this.servesSessions && !this.full;
  }

  /** Whether it serves the clients that have a session with it, also while it is full for a moment. */
  get servesSessions(): boolean {
    return this.keepsSessions && !this.suspended;
  }

  /** As `servesSessions`, its health aside. */
  get keepsSessions(): boolean {
    return this.enabled || this.mode === 'draining';
  }
}
