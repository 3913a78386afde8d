// What a header of the PROXY protocol says, and what can be said of the beginning of one. No bytes, no text, no socket.
// "The specification" is HAProxy's doc/proxy-protocol.txt of 2020/03/05, in this folder everywhere.

/** One end of the connection that a header tells of. */
export type ProxyAddress =
  | {
      /** An IP address; as `net.Socket` writes it, an IPv4-mapped one is `::ffff:192.0.2.1`. */
      readonly host: string;
      readonly port: number;
    }
  | {
      /** A unix-domain socket: `''` when it has no name, a NUL in front when it is abstract. */
      readonly path: string;
    };

export interface ProxyEndpoints {
  /** Who connected. */
  readonly source: ProxyAddress;
  /** To what they connected. */
  readonly destination: ProxyAddress;
}

export interface ProxyHeader {
  /** Bytes that belong to the header. What comes behind them is the client's. */
  readonly length: number;
  readonly version: 'v1' | 'v2';
  /** `local`: the connection is the sender's own, a health check for one, and no client's (section 2.2). */
  readonly command: 'proxy' | 'local';
  /** Undefined, as `destination` is, when the header tells none: then those of the socket count. */
  readonly source: ProxyAddress | undefined;
  readonly destination: ProxyAddress | undefined;
  /** What the sender calls the connection: at most 128 bytes of any kind (section 2.2.5). A copy. */
  readonly uniqueId: Uint8Array | undefined;
}

export interface IncompleteProxyHeader {
  /**
   * Bytes, counted from the first of the stream, before which no more can be said. Always more than were given, and never
   * more than the header will have if it turns out to be one: neither waiting for them nor reading them does harm.
   */
  readonly needs: number;
  /** Whether it may not be meant as a header at all: not even the signature is complete. */
  readonly mayBeForeign?: true;
}

export interface MalformedProxyHeader {
  /** Why, for a line of a log. None of the sender's bytes are in it. */
  readonly malformed: string;
  /** Whether it isn't meant as a header at all: it begins as none does. */
  readonly isForeign?: true;
}

export type ProxyHeaderResult = ProxyHeader | IncompleteProxyHeader | MalformedProxyHeader;
