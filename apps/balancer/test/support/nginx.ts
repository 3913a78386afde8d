// nginx as a target that expects a header of the PROXY protocol, and writes down what the header told.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './balancer.ts';
import { lastingPort } from './ports.ts';
import { isInstalled, startProgram } from './program.ts';
import { until } from './wait.ts';

export const HAS_NGINX = isInstalled('nginx');

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
  await writeFile(join(folder, 'nginx.conf'), config(folder, port, path));
  await startProgram(port, 'nginx', '-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'));
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

/** One process alone: nothing is left of it when that is killed, and no user has to be chosen for others. */
function config(folder: string, port: number, path: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
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
