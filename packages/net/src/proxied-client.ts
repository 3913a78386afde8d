// Who the client behind a proxy is: what the proxy's header says, where there has to be one and whom it may come from.
import { type ConnectionInfo, plainAddress } from '@lb/core';
import { AddressList } from '@lb/core/internal';
import type { Downstream } from './engine.ts';
import type { ResolvedOptions } from './options/index.ts';
import { type ProxyHeader, type ProxyHeaderResult, parseProxyHeader } from './proxy-protocol/index.ts';

export interface HeaderOutcome {
  /** Why the connection can't be trusted to be anybody's. */
  readonly malformed?: string;
  /** Absent where there is none and none has to be. */
  readonly header?: ProxyHeader;
}

export class TrustedProxies {
  readonly #list: AddressList;
  readonly #required: boolean;

  constructor({ trustedProxies, required }: NonNullable<ResolvedOptions['acceptProxyProtocol']>) {
    this.#list = new AddressList(trustedProxies);
    this.#required = required;
  }

  has(address: string): boolean {
    return this.#list.has(address) ?? false;
  }

  /** Takes the header away from the stream, and not a byte more. */
  readHeader(downstream: Downstream, done: (outcome: HeaderOutcome) => void): void {
    let result: ProxyHeaderResult = { needs: 1 };
    let isSilent = true;
    downstream.takeHead(
      (seen, isAll) => {
        isSilent = seen.length === 0;
        result = parseProxyHeader(seen);
        if ('length' in result) return result.length;
        if ('malformed' in result) return 0;
        return isAll ? 0 : undefined;
      },
      () => done(this.#outcome(result, isSilent)),
    );
  }

  #outcome(result: ProxyHeaderResult, isSilent: boolean): HeaderOutcome {
    if ('length' in result) return { header: result };
    const malformed = 'malformed' in result ? result.malformed : 'the stream ended within it';
    const isNone = isSilent || ('malformed' in result && result.isForeign === true);
    return isNone && !this.#required ? {} : { malformed };
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
