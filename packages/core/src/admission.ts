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

/** Takes the answer: the reason why the connection is blocked, or `undefined` when it may come in. Only its first call counts. */
export type AdmitDone = (blocked: string | undefined) => void;

/** Decides whether a connection may come in, and calls `done` at once or later. Must not throw. */
export type Admit = (connection: ConnectionInfo, done: AdmitDone) => void;
