// What does the socket work. Every engine meets this interface and passes the same contract suite (contract/engine-contract.ts).
// An engine knows nothing of targets, sessions or health: it is told where to connect and what to join.
import type { ConnectionInfo } from '@lb/core';
import { BalancerError } from '../base/errors.ts';

export interface Engine {
  readonly name: 'epoll' | 'streams';
  /** Whether it can connect from an address that isn't this machine's. */
  readonly isTransparent: boolean;

  /**
   * Begins to accept connections. Nothing is read from an accepted one before it is relayed or closed.
   * @param onExhausted called when this process or machine has no descriptor left for another connection, once until there is
   *   one again. New connections wait in the kernel's queue meanwhile.
   * @throws {Error} with the system's `code` when the address can't be listened on
   */
  listen(
    at: ListenAddress,
    onConnection: (downstream: Downstream) => void,
    onExhausted?: (code: string) => void,
  ): Promise<Listener>;

  /**
   * Connects to an endpoint, within `timeout` ms. `done` is called once, and never before `dial` has returned.
   * After `cancel` it isn't called.
   * @param source an IP address, not of this machine, to connect from. Only an engine that says so can.
   */
  dial(
    endpoint: Endpoint,
    timeout: number,
    done: (error: ConnectError | undefined, upstream?: Upstream) => void,
    source?: string,
  ): Dial;

  /**
   * Moves bytes both ways until both directions have ended. A half-close is passed on, a reset is passed on as a reset,
   * a slow reader stops its writer.
   * @param head bytes that the target gets before the client's: at once, together with what the client has sent by then
   */
  relay(
    downstream: Downstream,
    upstream: Upstream,
    deadlines: RelayDeadlines,
    observer: RelayObserver,
    head?: Buffer,
  ): Relay;

  /**
   * To be called by callbacks of an engine that leave work to promises or `process.nextTick`: an engine that isn't called by
   * Node itself then sees to it that Node has its turn soon.
   */
  yieldToNode(): void;

  /**
   * Calls back once everything that had happened on its sockets, and on Node's, before the call has been handled. For time-outs:
   * what came in time counts also when the process was too busy to see it.
   */
  whenCaughtUp(then: () => void): void;
}

/** Where to listen: an address, or a descriptor that listens already and that the engine then owns. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly fd: number };

/** Where to connect: an IP address (never a name) and a port, or a unix-domain socket. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Listener {
  readonly port: number;
  /** Accepts no more. What waits in the kernel's queue is left there. */
  close(): Promise<void>;
}

/** The client's side of a connection. */
export interface Downstream {
  readonly remoteAddress: string;
  /** Called when the client resets before it is relayed. A client that has only ended its side is still there. */
  onGone: (() => void) | undefined;
  describe(): ConnectionInfo;
  /**
   * Shows `look` the first bytes of the stream, again whenever there are more, until it says how many of them to take away; then
   * calls `done`. What is not taken away stays the client's. Called once at most, and not after a relay has begun.
   */
  takeHead(look: HeadLook, done: () => void): void;
  /**
   * Ends what `takeHead` has begun, unless there is a byte or an end to look at: `look` has been shown that, or will be.
   * An engine that can't ask the kernel goes by what has been read; the caller had better give it a turn to read before.
   * @returns whether it has ended; neither `look` nor `done` is called then
   */
  leaveHead(): boolean;
  /**
   * The three below may be called until the connection is over, also while it is relayed.
   * Replaces the engine's own keep-alive for this socket. @param idle seconds. @default as the engine's own
   */
  setKeepAlive(isOn: boolean, idle?: number): void;
  setNoDelay(isOn: boolean): void;
  /**
   * ms since the last byte from or to the client. An engine that can't tell when that was counts from the call that first
   * noticed it.
   */
  silence(): number;
  /** Ends it with FIN, whatever the client may still send. */
  close(): void;
  /** Ends it with RST. */
  reset(): void;
}

/**
 * @param seen all bytes so far, from the first one; valid only during the call
 * @param isAll whether no more will come
 * @returns how many of them to take away, or `undefined` to see more
 */
export type HeadLook = (seen: Buffer, isAll: boolean) => number | undefined;

/** Bytes that a `HeadLook` is shown at most. It must have decided by then. */
export const LONGEST_HEAD = 4_096;

/** The target's side of a connection, before it is relayed. */
export interface Upstream {
  /** Ends it with FIN: nothing has been sent, so nothing has to be called back. */
  close(): void;
}

export interface Dial {
  cancel(): void;
}

export interface Relay {
  /** Ends both sides with FIN. Bytes that have not been forwarded are lost. */
  close(): void;
  /** Ends both sides with RST. */
  reset(): void;
}

export interface RelayObserver {
  /** Both directions have ended, or one has broken. Called once, before the client can see it. */
  ending(): void;
  /** Both sockets are closed: the last byte is out, or never will be. Called once, after `ending`. */
  closed(): void;
}

export interface RelayDeadlines {
  /** ms without a byte either way. 0: none. */
  readonly idleTimeout: number;
  /** ms without a byte once one side has ended. 0: none. */
  readonly halfCloseTimeout: number;
}

/** What this machine lacks, not the target: such an error passes a candidate over and blames nobody. */
const OURS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EADDRINUSE', 'EAGAIN']);

/** Why an endpoint was not reached. `source` is `upstream` when the target is to blame and `internal` when this machine is. */
export class ConnectError extends BalancerError {
  override readonly name = 'ConnectError';

  constructor(code: string, endpoint: Endpoint, cause?: unknown) {
    super(`${code} on connecting to ${endpointText(endpoint)}`, {
      code,
      source: OURS.has(code) ? 'internal' : 'upstream',
      retry: true,
      cause,
    });
  }
}

export function endpointText(endpoint: Endpoint): string {
  if ('path' in endpoint) return `unix:${endpoint.path}`;
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}
