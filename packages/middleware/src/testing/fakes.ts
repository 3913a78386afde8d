// What the tests of this package hand to middleware and controllers. Not part of the package.
import type { TargetOptions } from '@lb/core';
import type { ConnectionControl, ConnectionInfo, ControllerSettings, TargetControl } from '@lb/core/internal';

/** A client of a dual-stack listener, as the operating system and the balancer describe it. */
export function connectionFrom(clientAddress: string): ConnectionInfo {
  return {
    remoteAddress: clientAddress.includes(':') ? clientAddress : `::ffff:${clientAddress}`,
    remotePort: 50_000,
    remoteFamily: 'IPv6',
    localAddress: '::ffff:198.51.100.1',
    localPort: 80,
    clientAddress,
  };
}

/** A connection without sockets: the test ends it, and says how silent it is. */
export class FakeConnection implements ConnectionControl {
  readonly calls: unknown[][] = [];
  isOver = false;
  silentFor = 0;
  #onOver: (() => void) | undefined;

  /** The client has left, or the relay has ended. */
  over(): void {
    this.isOver = true;
    this.#onOver?.();
  }

  get isWatched(): boolean {
    return this.#onOver !== undefined;
  }

  close(): void {
    this.calls.push(['close']);
    this.over();
  }

  reset(): void {
    this.calls.push(['reset']);
    this.over();
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    this.calls.push(['setKeepAlive', isOn, idle]);
  }

  setNoDelay(isOn: boolean): void {
    this.calls.push(['setNoDelay', isOn]);
  }

  silence(): number {
    return this.silentFor;
  }

  whenOver(callback: () => void): void {
    this.#onOver = callback;
  }
}

/** Notes each call, and plays two targets of which only the first is active. */
export class FakeControl implements TargetControl {
  readonly calls: unknown[][] = [];
  readonly all: readonly TargetOptions[] = [
    { host: 'localhost', port: 8000 },
    { host: 'localhost', port: 8001 },
  ];

  targets(): readonly TargetOptions[] {
    return this.all;
  }

  activeTargets(): readonly TargetOptions[] {
    return this.all.slice(0, 1);
  }

  setTargets(targets: readonly TargetOptions[]): void {
    if (targets.length === 0) throw new Error('the list is empty');
    this.calls.push(['setTargets', targets]);
  }

  deactivateTarget(host: string, port: number): void {
    this.calls.push(['deactivateTarget', host, port]);
  }

  isTargetActive(host: string, port: number): boolean {
    return this.activeTargets().some((target) => target.host === host && target.port === port);
  }

  settings(): ControllerSettings {
    return {
      sourcePort: 80,
      balancerControllerPath: '/srv/balancer.js',
      downgradeToUser: undefined,
      targetDeactivationDuration: 60_000,
      sessionExpiry: 30_000,
      sessionExpiryInterval: 1_000,
      stickiness: true,
    };
  }

  close(callback?: () => void): void {
    this.calls.push(['close']);
    callback?.();
  }
}
