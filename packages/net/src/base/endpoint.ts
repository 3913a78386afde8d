// Where to connect. Data only: nothing here opens or looks up anything.

/** An IP address (never a name) and a port, or a unix-domain socket. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string };

export function endpointText(endpoint: Endpoint): string {
  if ('path' in endpoint) return `unix:${endpoint.path}`;
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}
