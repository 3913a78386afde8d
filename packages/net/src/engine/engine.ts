// What does the socket work: an interface, and no code. Every engine passes the same contract suite
// (contract/engine-contract.ts). An engine knows nothing of targets, sessions or health: it is told where to connect and what
// to join.
import type { ConnectionInfo } from '@lb/core/internal';
import type { Endpoint } from '../base/endpoint.ts';
import type { ConnectError } from './connect-error.ts';

/** @typeParam U what `dial` gives. Only the downstreams of the same engine can relay to it. */
export interface Engine<U extends Upstream = Upstream> {
  readonly name: string;
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
    onConnection: (downstream: Downstream<U>) => void,
    onExhausted?: (code: string) => void,
  ): Promise<Acceptor>;

  /**
   * Connects to an endpoint, within `timeout` ms. `done` is called once, and never before `dial` has returned.
   * After `cancel` it isn't called.
   * @param source an IP address, not of this machine, to connect from. Only an engine that says so can.
   */
  dial(endpoint: Endpoint, timeout: number, done: DialDone<U>, source?: string): Dial;

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

/** What accepts from one listening socket. */
export interface Acceptor {
  readonly port: number;
  /**
   * Accepts no more until `resume`; new connections wait in the kernel's queue. An engine that would lose them there goes on
   * accepting. A connection that is being handed over when it is called is the last one.
   */
  pause(): void;
  resume(): void;
  /** Accepts no more. What waits in the kernel's queue is left there. */
  close(): Promise<void>;
}

/** The client's side of a connection. */
export interface Downstream<U extends Upstream = Upstream> {
  readonly remoteAddress: string;
  /** Called when the client resets before it is relayed. A client that has only ended its side is still there. */
  onGone: (() => void) | undefined;
  describe(): ConnectionInfo;
  /**
   * Shows a look the first bytes of the stream, again whenever there are more, until it says how many of them to take away. What
   * is not taken away stays the client's: the next look is shown it, or the relay moves it. One look at a time, and none after
   * a relay has begun. A look that is not over may be given again, and is shown again what has come.
   */
  takeHead(look: HeadLook): void;
  /**
   * Ends what `takeHead` has begun, unless there is a byte or an end to look at: the look has been shown that, or will be.
   * An engine that can't ask the kernel goes by what has been read; the caller had better give it a turn to read before.
   * @returns whether it has ended; the look is not called then
   */
  leaveHead(): boolean;
  /**
   * Moves bytes both ways until both directions have ended. A half-close is passed on, a reset is passed on as a reset,
   * a slow reader stops its writer.
   * @param head bytes that the target gets before the client's: at once, together with what the client has sent by then
   */
  relay(upstream: U, deadlines: RelayDeadlines, observer: RelayObserver, head?: Buffer): Relay;
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

/** One look at the first bytes of a stream. Several may follow one another, each with a bound of its own. */
export interface HeadLook {
  /** Bytes that it is shown at most. 64 KiB are possible. */
  readonly most: number;
  /**
   * @param seen all bytes so far, from the first one; valid only during the call
   * @param isAll whether no more will be shown: the stream has ended, or the bound is reached
   * @returns how many of them to take away, or `undefined` to see more. 0, and `undefined` where that is all, leaves all of them
   */
  look(seen: Buffer, isAll: boolean): number | undefined;
  /** Called once it has decided, and what it takes has been taken away. */
  looked(): void;
}

/** The target's side of a connection, before it is relayed. */
export interface Upstream {
  /** Ends it with FIN: nothing has been sent, so nothing has to be called back. */
  close(): void;
}

/** @param result what was reached, or why it was not */
export type DialDone<U extends Upstream = Upstream> = (result: U | ConnectError) => void;

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
  closed(report: RelayReport): void;
}

/** What a relay has done, and how it ended. Final once it is closed. */
export interface RelayReport {
  /** Bytes of the client that the kernel has taken for the target. Those put before them are not counted. */
  readonly bytesToTarget: number;
  readonly bytesToClient: number;
  /** The side that ended first, or the one that broke; `balancer` where a deadline passed or the relay was closed or reset. */
  readonly endedBy: 'client' | 'target' | 'balancer';
  /** `fin`: in order. `timeout`: no byte moved for as long as a deadline allows. */
  readonly ending: 'fin' | 'reset' | 'timeout';
}

export interface RelayDeadlines {
  /** ms without a byte either way. 0: none. */
  readonly idleTimeout: number;
  /** ms without a byte once one side has ended. 0: none. */
  readonly halfCloseTimeout: number;
}
