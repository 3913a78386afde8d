// Reading the header of a trusted proxy's connection, from its accept on, and what a connection without one is. One for each
// such connection, in the process that carries it.
import { type ConnectionInfo, plainAddress } from '@lb/core/internal';
import { setLongTimeout } from '../../base/long-timers.ts';
import type { HeadLook } from '../../engine/engine.ts';
import type { ListenerOptions } from '../../options/index.ts';
import {
  PROXY_HEADER_MOST_LENGTH,
  type ProxyHeader,
  type ProxyHeaderResult,
  parseProxyHeader,
  receivedTlvs,
} from '../../proxy-protocol/index.ts';
import type { Refusal } from '../events/observer.ts';
import type { Entry, Waiting } from './gate.ts';

export interface HeaderSettings extends NonNullable<ListenerOptions['acceptProxyProtocol']> {
  /** Whether the header's TLVs are kept. */
  readonly keepsTlvs: boolean;
}

export class HeaderReading implements HeadLook, Waiting {
  readonly most = PROXY_HEADER_MOST_LENGTH;
  readonly #entry: Entry;
  readonly #settings: HeaderSettings;
  #result: ProxyHeaderResult = { needs: 1 };
  #tlvs: Uint8Array | undefined;
  #isSilent = true;
  #isLate = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(entry: Entry, settings: HeaderSettings) {
    this.#entry = entry;
    this.#settings = settings;
  }

  /** Takes the header away from the stream, and not a byte more. The answer may be given before this returns. */
  static begin(entry: Entry, settings: HeaderSettings): HeaderReading {
    entry.await('header timeout');
    const reading = new HeaderReading(entry, settings);
    entry.downstream.takeHead(reading);
    if (!settings.required) reading.#leaveInTime();
    return reading;
  }

  /**
   * A connection on which no header has begun by then is a direct client's; the beginning of a signature may be its first bytes. A
   * process that was busy runs its timers before it reads, and what has come meanwhile may be a header.
   */
  #leaveInTime(): void {
    if (this.#isOver) return;
    this.#timer = setLongTimeout(() => setImmediate(this.#leave), this.#settings.headerTimeout);
  }

  readonly #leave = (): void => {
    if (this.#isOver) return;
    this.#isLate = true;
    this.#entry.downstream.takeHead(this);
    if (this.#isOver || !this.#entry.downstream.leaveHead()) return;
    this.cancel();
    this.#entry.pass();
  };

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** A proxy that leaves without a byte has only tried whether it can connect. */
  gone(): Refusal | undefined {
    return !this.#isOver && this.#isSilent && this.#settings.required ? 'probe' : undefined;
  }

  look(seen: Buffer, isAll: boolean): number | undefined {
    this.#isSilent = seen.length === 0;
    const result = parseProxyHeader(seen);
    this.#result = result;
    if ('malformed' in result) return 0;
    if (!('length' in result)) return isAll || (this.#isLate && result.mayBeForeign) ? 0 : undefined;
    const { keepsTlvs } = this.#settings;
    if (keepsTlvs && result.version === 'v2') this.#tlvs = receivedTlvs(seen.subarray(0, result.length));
    return result.length;
  }

  looked(): void {
    if (this.#isOver) return;
    this.cancel();
    const [entry, result] = [this.#entry, this.#result];
    if ('length' in result) {
      entry.announce(announced(entry.describe(), result), this.#tlvs);
      return entry.pass();
    }
    const isNone = 'malformed' in result ? result.isForeign : result.mayBeForeign;
    if (isNone && !this.#settings.required) return entry.pass();
    if (this.#isSilent) return entry.refuse('probe');
    entry.refuse('malformed header', 'malformed' in result ? result.malformed : 'the stream ended within it');
  }
}

/** A connection as the header tells of it. Where it tells no IP address, the socket's count. */
function announced(info: ConnectionInfo, { source, destination }: ProxyHeader): ConnectionInfo {
  if (!source || !('host' in source)) return info;
  const local = destination && 'host' in destination ? destination : { host: info.localAddress, port: info.localPort };
  return {
    remoteAddress: source.host,
    remotePort: source.port,
    remoteFamily: source.host.includes(':') ? 'IPv6' : 'IPv4',
    localAddress: local.host,
    localPort: local.port,
    clientAddress: plainAddress(source.host),
  };
}
