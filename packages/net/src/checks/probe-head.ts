// What a probe sends to a target that expects a PROXY header: one that says that no client is behind this connection. Without
// it the target would log a fault, or wait for the header.
import type { Socket } from 'node:net';
import { encodeProxyHeader } from '../proxy-protocol/index.ts';

/** @param socket connected */
export function probeHead(version: 'v1' | 'v2', socket: Socket): Buffer {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  // Version 1 has no LOCAL, and some receivers refuse UNKNOWN: so it tells the addresses of this connection.
  if (version === 'v2' || !localAddress || !localPort || !remoteAddress || !remotePort) {
    return encodeProxyHeader(version, 'local');
  }
  return encodeProxyHeader(version, {
    source: { host: localAddress, port: localPort },
    destination: { host: remoteAddress, port: remotePort },
  });
}
