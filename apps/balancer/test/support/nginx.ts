// nginx: as a target that expects a header of the PROXY protocol and writes down what the header told, and in front of a balancer.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './balancer.ts';
import { lastingPort } from './ports.ts';
import { isInstalled, startProgram } from './program.ts';
import { until } from './wait.ts';

export const HAS_NGINX = isInstalled('nginx');

/** The line that loads what nginx forwards TCP with: undefined where there is none. */
const LOAD_STREAM = loadStream();
export const HAS_NGINX_STREAM = LOAD_STREAM !== undefined;

export interface NginxTarget {
  readonly host: string;
  readonly port: number;
  /** The same server on a unix-domain socket. */
  readonly path: string;
  /** What it has written about the request for this path. */
  told(requestPath: string): Promise<Told>;
}

export interface Told {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  /** Who has connected to nginx. */
  readonly peer: string;
}

export async function nginxTarget(): Promise<NginxTarget> {
  const folder = await temporaryFolder();
  const port = await lastingPort();
  const path = join(folder, 'nginx.sock');
  await startNginx(folder, port, config(folder, port, path));
  return {
    host: '127.0.0.1',
    port,
    path,
    async told(requestPath) {
      const [, client = '', clientPort, server = '', serverPort, peer = ''] = await until(
        `nginx to write about ${requestPath}`,
        async () => {
          const lines = (await readFile(join(folder, 'told.log'), 'utf8')).split('\n').slice(0, -1);
          return lines.map((line) => line.split(' ')).find(([asked]) => asked === requestPath);
        },
      );
      return { client, clientPort: Number(clientPort), server, serverPort: Number(serverPort), peer };
    },
  };
}

/**
 * nginx in front of a port of 127.0.0.1, as a proxy that is behind another one: it expects a header, takes the client to be the
 * one that it names, and sends one itself.
 * @returns the port that it listens on
 */
export async function nginxBefore(port: number): Promise<number> {
  const folder = await temporaryFolder();
  const own = await lastingPort();
  const text = `
${LOAD_STREAM}
${oneProcess(folder)}
stream {
  server {
    listen 127.0.0.1:${own} proxy_protocol;
    set_real_ip_from 127.0.0.0/8;
    proxy_protocol on;
    proxy_pass 127.0.0.1:${port};
  }
}
`;
  await startNginx(folder, own, text);
  return own;
}

async function startNginx(folder: string, port: number, config: string): Promise<void> {
  await writeFile(join(folder, 'nginx.conf'), config);
  await startProgram(port, 'nginx', '-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'));
}

function loadStream(): string | undefined {
  const { stderr = '' } = spawnSync('nginx', ['-V'], { encoding: 'utf8' });
  if (/--with-stream(\s|$)/.test(stderr ?? '')) return '';
  const file = `${/--modules-path=(\S+)/.exec(stderr ?? '')?.[1]}/ngx_stream_module.so`;
  return existsSync(file) ? `load_module ${file};` : undefined;
}

/** One process alone: nothing is left of it when that is killed, and no user has to be chosen for others. */
function oneProcess(folder: string): string {
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
`;
}

function config(folder: string, port: number, path: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
${oneProcess(folder)}
http {
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  log_format told '$request_uri $proxy_protocol_addr $proxy_protocol_port '
    '$proxy_protocol_server_addr $proxy_protocol_server_port $remote_addr';
  access_log ${folder}/told.log told;
  server {
    listen 127.0.0.1:${port} proxy_protocol;
    listen unix:${path} proxy_protocol;
    return 200 'hello\\n';
  }
}
`;
}
