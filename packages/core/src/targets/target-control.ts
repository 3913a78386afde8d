// What a controller script may ask of the balancer it runs in. An interface: one process answers it directly,
// a worker passes it on to its primary, and a change holds for all workers either way.

/** Targets in one list at most. */
export const MOST_TARGETS = 10_000;

/** A target as configs and controllers write it. */
export interface TargetOptions {
  readonly host?: string;
  readonly port?: number;
  /** A unix-domain socket's path, in place of host and port. */
  readonly path?: string;
  /** Share of the clients, relative to the other targets' weights. @default 1 */
  readonly weight?: number;
  /** Connections that it gets at most, from all processes together. 0: as many as come. @default 0 */
  readonly maxConnections?: number | undefined;
  /** Whether it is told the client's address with a PROXY protocol header. @default as the balancer's option says */
  readonly proxyProtocol?: 'v1' | 'v2' | 'off' | undefined;
}

/** The options that a controller may read, as they hold now. */
export interface ControllerSettings {
  readonly sourcePort: number;
  /** Absolute. */
  readonly balancerControllerPath?: string | undefined;
  readonly downgradeToUser?: string | number | undefined;
  /** ms */
  readonly targetDeactivationDuration: number;
  /** ms */
  readonly sessionExpiry: number;
  /** ms */
  readonly sessionExpiryInterval: number;
  readonly stickiness: boolean;
}

export interface TargetControl {
  /** All targets, in the order of the list. */
  targets(): readonly TargetOptions[];
  /** Those that are not suspended, draining or disabled. */
  activeTargets(): readonly TargetOptions[];
  /** Replaces the list of targets. @throws {Error} when the list is not valid; nothing has changed then */
  setTargets(targets: readonly TargetOptions[]): void;
  /**
   * Suspends a target for `targetDeactivationDuration`. One that is not in the list is left alone.
   * @throws {BalancerError} INVALID_TARGET, when that is no host and port
   */
  deactivateTarget(host: string, port: number): void;
  /** @throws {BalancerError} INVALID_TARGET, when that is no host and port */
  isTargetActive(host: string, port: number): boolean;
  settings(): ControllerSettings;
  /** Stops the whole balancer. @param callback called when this process takes no more connections */
  close(callback?: () => void): void;
}
