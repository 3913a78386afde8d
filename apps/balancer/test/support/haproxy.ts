// HAProxy: in front of a balancer, and as a target, with the PROXY protocol between them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './balancer.ts';
import { lastingPort } from './ports.ts';
import { isInstalled, startProgram } from './program.ts';

export const HAS_HAPROXY = isInstalled('haproxy');

/**
 * HAProxy in front of a port of 127.0.0.1, to which it connects from that address.
 * @param sends as HAProxy's configuration has it behind a server, such as `send-proxy-v2`
 * @param lines of its configuration
 * @returns the port that it listens on
 */
export function haproxyBefore(port: number, sends: string, ...lines: string[]): Promise<number> {
  return started(
    (own) => `
listen front
  mode tcp
  ${lines.join('\n  ')}
  bind 127.0.0.1:${own}
  server lb 127.0.0.1:${port} source 127.0.0.1 ${sends}
`,
  );
}

/** A target that expects a header, and answers each HTTP request with what that told: the ends, and the id in hexadecimal. */
export async function haproxyTarget(): Promise<{ host: string; port: number }> {
  const told = '%[src] %[src_port] %[dst] %[dst_port] %[fc_pp_unique_id,hex]';
  const port = await started(
    (own) => `
frontend told
  mode http
  bind 127.0.0.1:${own} accept-proxy
  http-request return status 200 content-type text/plain lf-string "${told}"
`,
  );
  return { host: '127.0.0.1', port };
}

async function started(sections: (port: number) => string): Promise<number> {
  const port = await lastingPort();
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  await writeFile(file, `${COMMON}${sections(port)}`);
  await startProgram(port, 'haproxy', '-db', '-f', file);
  return port;
}

/** In one process, as `-db` has it. */
const COMMON = `
global
  nbthread 1
  maxconn 1000

defaults
  timeout connect 10s
  timeout client 1m
  timeout server 1m
`;
