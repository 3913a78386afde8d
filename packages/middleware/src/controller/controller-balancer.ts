// The balancer as a controller script sees it. It holds the script's middleware, and leaves targets to `TargetControl`.
import { EventEmitter } from 'node:events';
import type { TargetOptions } from '@lb/core';
import type { Admit, ControllerSettings, TargetControl } from '@lb/core/internal';
import { createAdmit } from '../chain/chain.ts';
import { type ConnectionMiddleware, MIDDLEWARE_CONNECTION } from '../chain/connection-middleware.ts';
import { MiddlewareError } from '../errors.ts';
import { reasonText, toError, warn } from '../reason.ts';
import { defineOldProperties, readOnly } from './old-properties.ts';
import { refusedTargets } from './refused-targets.ts';

/**
 * Events, each with the socket that it is about as second argument:
 * - `error` (Error, ClientSocket, boolean): what middleware or a listener on its socket threw, and whether that has blocked the
 *   connection. Or (MiddlewareError TARGETS_REFUSED, undefined, false): `setTargets` was given a list that is not valid.
 *   Without a listener it becomes a process warning, and the process continues.
 * - `notice` (unknown): why a connection was blocked, as it was given to `next`.
 */
export class ControllerBalancer extends EventEmitter implements ControllerSettings {
  readonly MIDDLEWARE_CONNECTION = MIDDLEWARE_CONNECTION;
  /** What the controller's script exports. */
  balancerController: unknown;
  /** Asks this controller's middleware about a connection. */
  readonly admit: Admit;
  declare readonly sourcePort: number;
  declare readonly balancerControllerPath: string | undefined;
  declare readonly downgradeToUser: string | number | undefined;
  declare readonly targetDeactivationDuration: number;
  declare readonly sessionExpiry: number;
  declare readonly sessionExpiryInterval: number;
  declare readonly stickiness: boolean;
  readonly #middleware: ConnectionMiddleware[] = [];
  readonly #control: TargetControl;

  constructor(control: TargetControl) {
    super({ captureRejections: true });
    this.#control = control;
    defineOldProperties(this, () => control.settings());
    this.admit = createAdmit({
      middleware: this.#middleware,
      onBlocked: (reason, socket) => this.emit('notice', reason, socket),
      onError: (error, socket, hasBlocked) => this.emit('error', error, socket, hasBlocked),
    });
  }

  /**
   * Adds a function to the end of the chain. It is asked about each connection from then on.
   * @throws {MiddlewareError} MIDDLEWARE_TYPE_UNKNOWN, MIDDLEWARE_NOT_A_FUNCTION
   */
  addMiddleware(type: typeof MIDDLEWARE_CONNECTION, middleware: ConnectionMiddleware): void {
    if (type !== MIDDLEWARE_CONNECTION) {
      const message = `addMiddleware: ${shown(type)} is no type of middleware. The only type is "connection": use balancer.MIDDLEWARE_CONNECTION.`;
      throw new MiddlewareError('MIDDLEWARE_TYPE_UNKNOWN', message);
    }
    if (typeof middleware !== 'function') {
      const message = `addMiddleware: middleware is a function (socket, next), but this is ${shown(middleware)}.`;
      throw new MiddlewareError('MIDDLEWARE_NOT_A_FUNCTION', message);
    }
    this.#middleware.push(middleware);
  }

  /** All targets, in the order of the list. */
  get targets(): readonly TargetOptions[] {
    return this.#control.targets();
  }

  set targets(_targets: unknown) {
    readOnly('targets', 'Use balancer.setTargets(list).');
  }

  /** Those that are not suspended, draining or disabled. */
  get activeTargets(): readonly TargetOptions[] {
    return this.#control.activeTargets();
  }

  set activeTargets(_targets: unknown) {
    readOnly('activeTargets', 'Use balancer.setTargets(list) or balancer.deactivateTarget(host, port).');
  }

  /** A copy: 1 for each `host:port` among the active targets, and for each path of one with a path. */
  // biome-ignore lint/plugin: scripts go through it with `hasOwnProperty`, as they could in 0.9.26
  get activeTargetsLookup(): { readonly [name: string]: number } {
    const names = this.activeTargets.map(({ path, host, port }) => path ?? `${host}:${port}`);
    // biome-ignore lint/plugin: the same
    return Object.freeze(Object.fromEntries(names.map((name) => [name, 1])));
  }

  set activeTargetsLookup(_lookup: unknown) {
    readOnly('activeTargetsLookup', 'Use balancer.setTargets(list) or balancer.deactivateTarget(host, port).');
  }

  /**
   * Replaces the list of targets, for all workers. A list that is not valid changes nothing and is given to the event `error`: it is
   * often set in a timer, where throwing would end the process and all its connections.
   */
  setTargets<Target extends TargetOptions>(targets: readonly Target[]): void {
    try {
      this.#control.setTargets(targets);
    } catch (cause) {
      this.#report(refusedTargets(cause, this.targets), undefined);
    }
  }

  /**
   * Suspends a target for `targetDeactivationDuration`, 60 s by default, for all workers. Does nothing if there is no such target, or
   * what is given is no host and port.
   */
  deactivateTarget(host: string, port: number | string): void {
    if (isHostAndPort(host, port)) this.#control.deactivateTarget(host, Number(port));
  }

  /** False also where what is given is no host and port. */
  isTargetActive(host: string, port: number | string): boolean {
    return isHostAndPort(host, port) && this.#control.isTargetActive(host, Number(port));
  }

  /** Stops the whole balancer. @param callback called when this process takes no more connections */
  close(callback?: () => void): void {
    this.#control.close(typeof callback === 'function' ? callback : undefined);
  }

  // Node throws an `error` that nobody listens for; one faulty connection would then end all others of its process.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'error' && this.listenerCount('error') === 0) {
      warn(args[0]);
      return false;
    }
    return super.emit(event, ...args);
  }

  /** Node calls this when an async listener rejects. */
  override [EventEmitter.captureRejectionSymbol](thrown: unknown, event: string | symbol, ...args: unknown[]): void {
    if (event === 'error') return warn(thrown);
    this.#report(toError(thrown), args[1]);
  }

  #report(error: Error, socket: unknown): void {
    try {
      this.emit('error', error, socket, false);
    } catch (failure) {
      warn(failure);
    }
  }
}

function isHostAndPort(host: unknown, port: unknown): boolean {
  const isText = typeof port === 'number' || typeof port === 'string';
  return typeof host === 'string' && isText && !Number.isNaN(Number(port));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : reasonText(value);
}
