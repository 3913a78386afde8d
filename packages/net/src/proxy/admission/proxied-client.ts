// Who the client behind a proxy is: from whom a header is believed, and the connection that it tells of.
import { type ConnectionInfo, plainAddress } from '@lb/core';
import { AddressList } from '@lb/core/internal';
import type { Downstream } from '../../engine/engine.ts';
import type { ProxyHeader } from '../../proxy-protocol/index.ts';
import { type HeaderOutcome, HeaderReading, type HeaderSettings } from './header-reading.ts';

export class TrustedProxies {
  readonly #list: AddressList;
  readonly #settings: HeaderSettings;

  constructor(settings: HeaderSettings) {
    this.#list = new AddressList(settings.trustedProxies);
    this.#settings = settings;
  }

  has(address: string): boolean {
    return this.#list.has(address) ?? false;
  }

  /** @param done called once, unless the reading is cancelled */
  headerOf(downstream: Downstream, done: (outcome: HeaderOutcome) => void): HeaderReading {
    return new HeaderReading(downstream, this.#settings, done);
  }
}

/** A connection as the header tells of it. Where it tells no IP address, the socket's count. */
export function announced(info: ConnectionInfo, { source, destination }: ProxyHeader): ConnectionInfo {
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
