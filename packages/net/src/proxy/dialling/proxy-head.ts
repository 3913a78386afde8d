// What a target is told of its client before the client's first byte: a PROXY protocol header, or nothing.
import { randomBytes } from 'node:crypto';
import type { TargetRecord } from '@lb/core';
import type { PoolOptions } from '../../options/index.ts';
import { sentProxyVersion } from '../../options/sent-proxy-version.ts';
import { encodeProxyHeader } from '../../proxy-protocol/index.ts';
import type { ClientDescription } from '../admission/admission.ts';

const UNIQUE_ID_BYTES = 16;

/** @returns the bytes, or `undefined` for a target that expects none */
export function proxyHead(target: TargetRecord, client: ClientDescription, options: PoolOptions): Buffer | undefined {
  const version = sentProxyVersion(target.options, options);
  if (!version) return undefined;
  const { proxyProtocolCrc32c: crc32c, proxyProtocolUniqueId } = options;
  const { remoteAddress, remotePort, localAddress, localPort } = client.describe();
  return encodeProxyHeader(
    version,
    { source: { host: remoteAddress, port: remotePort }, destination: { host: localAddress, port: localPort } },
    // Version 1 has no place for TLVs.
    { crc32c, tlvs: client.tlvs, ...(proxyProtocolUniqueId && { uniqueId: randomBytes(UNIQUE_ID_BYTES) }) },
  );
}
