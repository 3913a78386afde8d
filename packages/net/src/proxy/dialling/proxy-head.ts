// What a target is told of its client before the client's first byte: a PROXY protocol header, or nothing.
import { randomBytes } from 'node:crypto';
import type { ConnectionInfo, TargetRecord } from '@lb/core';
import type { PoolOptions } from '../../options/index.ts';
import { encodeProxyHeader } from '../../proxy-protocol/index.ts';

const UNIQUE_ID_BYTES = 16;

/** The version that a target expects, if any. */
export function proxyVersion({ options }: TargetRecord, { proxyProtocol }: PoolOptions): 'v1' | 'v2' | undefined {
  const version = options.proxyProtocol ?? proxyProtocol;
  return version === 'off' ? undefined : version;
}

/** @param tlvs of the header that was received, to be passed on; version 1 has no place for them */
export function proxyHead(
  version: 'v1' | 'v2',
  { remoteAddress, remotePort, localAddress, localPort }: ConnectionInfo,
  { proxyProtocolCrc32c: crc32c, proxyProtocolUniqueId }: PoolOptions,
  tlvs: Uint8Array | undefined,
): Buffer {
  return encodeProxyHeader(
    version,
    { source: { host: remoteAddress, port: remotePort }, destination: { host: localAddress, port: localPort } },
    { crc32c, tlvs, ...(proxyProtocolUniqueId && { uniqueId: randomBytes(UNIQUE_ID_BYTES) }) },
  );
}
