// A target as it is listed, and its identity. Not its state.
import { plainAddress } from '../address/address.ts';

/** Targets in one list at most. */
export const MOST_TARGETS = 10_000;

/** What the decisions go by. A target may have other options beside these: they are carried along and not looked at. */
export interface TargetOptions {
  readonly host?: string;
  readonly port?: number;
  /** A unix-domain socket's path, in place of host and port. */
  readonly path?: string;
  /** Share of the clients, relative to the other targets' weights. @default 1 */
  readonly weight?: number;
  /** Connections that it gets at most, from all processes together. 0: as many as come. @default 0 */
  readonly maxConnections?: number | undefined;
}

/** The identity of a target: its canonical address. Its place in the list, weight and state play no part in it. */
export function targetId(target: TargetOptions): string {
  if (target.path !== undefined) return `unix:${target.path}`;
  const name = (target.host ?? '').replace(/^\[(.*)\]$/, '$1');
  const host = plainAddress(name.toLowerCase());
  if (!host.includes(':')) return `${host}:${target.port}`;
  const zone = /%.*/.exec(name)?.[0] ?? ''; // the same link-local address is another machine on another link
  return `[${host}${zone}]:${target.port}`;
}
