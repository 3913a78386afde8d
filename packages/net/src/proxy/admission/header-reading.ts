// Reading the header of a trusted proxy's connection, from its accept on, and what a connection without one is. One for each
// such connection, in the process that carries it.

import { setLongTimeout } from '../../base/long-timers.ts';
import type { Downstream, HeadLook } from '../../engine/engine.ts';
import type { ListenerOptions } from '../../options/index.ts';
import {
  PROXY_HEADER_MOST_LENGTH,
  type ProxyHeader,
  type ProxyHeaderResult,
  parseProxyHeader,
  receivedTlvs,
} from '../../proxy-protocol/index.ts';

export type HeaderOutcome =
  | {
      readonly kind: 'header';
      readonly header: ProxyHeader;
      /** What it says beyond addresses. Absent unless that is to be passed on. */
      readonly tlvs: Uint8Array | undefined;
    }
  /** No header, and none is required: the client has connected itself. */
  | { readonly kind: 'direct' }
  /** The proxy has only tried whether it can connect. */
  | { readonly kind: 'probe' }
  /** Why the connection can't be trusted to be anybody's. */
  | { readonly kind: 'malformed'; readonly reason: string };

export interface HeaderSettings extends NonNullable<ListenerOptions['acceptProxyProtocol']> {
  /** Whether the header's TLVs are kept. */
  readonly keepsTlvs: boolean;
}

export class HeaderReading implements HeadLook {
  readonly most = PROXY_HEADER_MOST_LENGTH;
  readonly #downstream: Downstream;
  readonly #settings: HeaderSettings;
  readonly #done: (outcome: HeaderOutcome) => void;
  #result: ProxyHeaderResult = { needs: 1 };
  #tlvs: Uint8Array | undefined;
  #isSilent = true;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(downstream: Downstream, settings: HeaderSettings, done: (outcome: HeaderOutcome) => void) {
    this.#downstream = downstream;
    this.#settings = settings;
    this.#done = done;
  }

  /** Takes the header away from the stream, and not a byte more. The outcome may be there before this returns. */
  begin(): void {
    this.#downstream.takeHead(this);
    if (this.#isOver || this.#settings.required) return;
    // A process that was busy runs its timers before it reads, and what has come meanwhile may be a header.
    this.#timer = setLongTimeout(() => setImmediate(this.#leave), this.#settings.headerTimeout);
  }

  /** Whether a client that leaves now was a probe. */
  get isProbe(): boolean {
    return !this.#isOver && this.#isSilent && this.#settings.required;
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  look(seen: Buffer, isAll: boolean): number | undefined {
    this.#isSilent = seen.length === 0;
    const result = parseProxyHeader(seen);
    this.#result = result;
    if ('malformed' in result) return 0;
    if (!('length' in result)) return isAll ? 0 : undefined;
    const { keepsTlvs } = this.#settings;
    if (keepsTlvs && result.version === 'v2') this.#tlvs = receivedTlvs(seen.subarray(0, result.length));
    return result.length;
  }

  looked(): void {
    this.#end(this.#outcome());
  }

  readonly #leave = (): void => {
    if (!this.#isOver && this.#downstream.leaveHead()) this.#end({ kind: 'direct' });
  };

  #end(outcome: HeaderOutcome): void {
    if (this.#isOver) return;
    this.cancel();
    this.#done(outcome);
  }

  #outcome(): HeaderOutcome {
    const result = this.#result;
    if ('length' in result) return { kind: 'header', header: result, tlvs: this.#tlvs };
    const isNone = this.#isSilent || ('malformed' in result && result.isForeign === true);
    if (isNone && !this.#settings.required) return { kind: 'direct' };
    if (this.#isSilent) return { kind: 'probe' };
    return { kind: 'malformed', reason: 'malformed' in result ? result.malformed : 'the stream ended within it' };
  }
}
