export { encodeProxyHeader } from './encode-proxy-header.ts';
// The PROXY protocol: header to bytes and bytes to header. No socket, no option, no policy about whom to believe.
export type { V2Extras } from './encode-v2.ts';
export { parseProxyHeader } from './parse-proxy-header.ts';
export type {
  IncompleteProxyHeader,
  MalformedProxyHeader,
  ProxyAddress,
  ProxyEndpoints,
  ProxyHeader,
  ProxyHeaderResult,
} from './proxy-header.ts';
export { receivedTlvs } from './received-tlvs.ts';
export { PROXY_HEADER_MOST_LENGTH } from './v2-format.ts';
