// The question asked of every connection before it is routed: may it come in? Who answers, and how, is not core's affair.

/** What is known of a client's connection before it is admitted. A description, not a stream; named as in `net.Socket`. */
export interface ConnectionInfo {
  /** As the operating system gives it: `::ffff:192.0.2.1` for an IPv4 client of a dual-stack listener. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: 'IPv4' | 'IPv6';
  readonly localAddress: string;
  readonly localPort: number;
  /** `remoteAddress` in its plain form: IPv4-mapped IPv6 as IPv4, without a zone. */
  readonly clientAddress: string;
}

/**
 * What can be done with a connection, before it is admitted and as long as it lasts afterwards. Once it is over, nothing here
 * has an effect.
 */
export interface ConnectionControl {
  /** Whether the connection is over. */
  readonly isOver: boolean;
  /** Ends the connection with FIN, on the target's side as well. Bytes that have not been forwarded are lost. */
  close(): void;
  /** Ends the connection with RST, on the target's side as well. */
  reset(): void;
  /**
   * Whether the kernel checks that a silent client is still there. Replaces the balancer's own setting for the client's side.
   * @param idle seconds of silence before it checks. @default 60
   */
  setKeepAlive(isOn: boolean, idle?: number): void;
  /** Whether bytes for the client are sent at once (TCP_NODELAY). @default they are */
  setNoDelay(isOn: boolean): void;
  /** ms since the last byte from or to the client, or since it connected. */
  silence(): number;
  /** Calls back once, when the connection is over; never before this has returned. A second callback replaces the first one. */
  whenOver(callback: () => void): void;
}

/**
 * Takes the answer. Only its first call counts.
 * @param blocked the reason why the connection is blocked, or `undefined` when it may come in
 * @param failure the error, on one line, where it is blocked because what decides failed rather than by its decision
 */
export type AdmitDone = (blocked: string | undefined, failure?: string) => void;

/**
 * Decides whether a connection may come in, and calls `done` at once or later. Must not throw.
 * @param control may be kept and used after the answer as well
 */
export type Admit = (connection: ConnectionInfo, done: AdmitDone, control: ConnectionControl) => void;
