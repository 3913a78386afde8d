// What the tests of this package hand to middleware and controllers. Not part of the package.
import type { ConnectionInfo, TargetControl, TargetOptions } from '@lb/core';

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

  close(callback?: () => void): void {
    this.calls.push(['close']);
    callback?.();
  }
}
