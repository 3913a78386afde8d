// What happens to connections on their way, as whoever counts, logs or shows it sees it. Calls carry references and numbers, so
// that nothing is made for them. In the process that carries the connections.
import type { TargetRecord } from '@lb/core';
import type { ConnectError } from '../../engine/connect-error.ts';
import type { RelayReport } from '../../engine/engine.ts';

/** A connection as an observer sees it. */
export interface ObservedConnection {
  /** Higher than that of each connection which this process accepted before. */
  readonly id: number;
  /** The address of the socket's other end: the client's, or that of a proxy before it. */
  readonly peerAddress: string;
  /** As a trusted proxy has announced it, else the same as `peerAddress`. */
  readonly clientAddress: string;
  /** Once it is relayed, and until it is over. */
  readonly target: TargetRecord | undefined;
}

/** Why a client was not let in. */
export type Refusal =
  /** A trusted proxy has only tried whether it can connect. */
  | 'probe'
  /** A trusted proxy's header is malformed; the detail says how. */
  | 'malformed header'
  /** A trusted proxy has sent no whole header in time; the detail is the time. */
  | 'header timeout'
  /** By the lists `allow` and `deny`. */
  | 'denied'
  /** Its client has as many connections as it may have. */
  | 'too many'
  /** Its client began too many connections in too short a time. */
  | 'too fast'
  /** By middleware. */
  | 'blocked'
  /** Middleware has failed; the detail is its error. */
  | 'middleware failure'
  /** Middleware has not answered in time; the detail is the time. */
  | 'middleware timeout';

/** Without an error: there is no candidate, or the time of the connection is over before one could be tried or kept. */
export type WhyUnserved = ConnectError | 'no candidate' | 'no time';

export interface Observer {
  /** Accepted, and nothing asked about it yet. */
  accepted(connection: ObservedConnection): void;
  /** All gates have let it in. */
  admitted(connection: ObservedConnection): void;
  refused(connection: ObservedConnection, refusal: Refusal, detail: string | undefined): void;
  /**
   * A target could not be reached, and the next candidate follows.
   * @param isBlamed whether the target has failed, and is suspended unless its health has changed since
   */
  passedOver(connection: ObservedConnection, target: TargetRecord, error: ConnectError, isBlamed: boolean): void;
  /** A target's accept queue is full, and connections begin to wait for room in it. @param target its id */
  acceptQueueFull(target: string): void;
  /** No target took it. @param why the error of the last candidate, if one could not be reached */
  unserved(connection: ObservedConnection, why: WhyUnserved): void;
  /** It has its place at a target, and bytes move. */
  relayed(connection: ObservedConnection): void;
  /** It is over. @param report absent where it was not relayed */
  closed(connection: ObservedConnection, report: RelayReport | undefined): void;
  /** A listener has as many connections as `maxConnections` allows. @param connections how many of them this process has */
  full(connections: number): void;
  /** There is no descriptor for another connection. @param code the system's. @param connections how many this process has */
  exhausted(code: string, connections: number): void;
}
