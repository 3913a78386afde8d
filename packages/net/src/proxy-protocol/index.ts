// The PROXY protocol: header to bytes and bytes to header. No socket, no option, no policy about whom to believe.

export type { ProxyHeader, ProxyHeaderResult } from './proxy-header.ts';
export { parseProxyHeader } from './reading/parse-proxy-header.ts';
export { receivedTlvs } from './reading/received-tlvs.ts';
export { PROXY_HEADER_MOST_LENGTH } from './v2-format.ts';
export { encodeProxyHeader } from './writing/encode-proxy-header.ts';
