// The targets behind every balancer: one nginx that answers on several ports and addresses.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Running } from './balancers/balancer.ts';
import { startServer } from './balancers/start-server.ts';
import { bulkFile } from './bulk-body.ts';
import { type Address, targetHosts } from './machine/addresses.ts';
import { freePort } from './machine/ports.ts';
import { ANSWER } from './tools/answers.ts';

const MOST_TARGETS = 200;

export interface Targets {
  /** For all figures that say nothing else. */
  readonly two: readonly Address[];
  /** As many as wanted, up to 200. */
  many(count: number): readonly Address[];
  stop(): Promise<void>;
}

export async function startTargets(folder: string): Promise<Targets> {
  const [first, second, shared] = [await freePort(), await freePort(), await freePort()];
  const two = [first, second].map((port) => ({ host: '127.0.0.1', port }));
  const many = targetHosts(MOST_TARGETS).map((host) => ({ host, port: shared }));
  await bulkFile(join(folder, 'bulk'));
  await writeFile(join(folder, 'targets.conf'), config(folder, [...two, ...many]));
  const running: Running = await startServer({
    command: 'nginx',
    args: ['-p', folder, '-e', 'targets-error.log', '-c', join(folder, 'targets.conf')],
    port: first,
  });
  return { two, many: (count) => many.slice(0, count), stop: () => running.stop() };
}

/** Connections are kept for as long as the benchmark may want them; nothing is logged. */
function config(folder: string, addresses: readonly Address[]): string {
  const listen = addresses.map(({ host, port }) => `    listen ${host}:${port} backlog=4096;`).join('\n');
  return `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid targets.pid;
worker_processes 1;
worker_rlimit_nofile 16384;
events { worker_connections 12288; }
http {
  access_log off;
  default_type text/plain;
  sendfile on;
  tcp_nodelay on;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  server {
${listen}
    location = / { return 200 "${ANSWER.replace('\n', '\\n')}"; }
    location = /upload { return 200 "${ANSWER.replace('\n', '\\n')}"; }
    location = /bulk { root ${folder}; }
  }
}
`;
}
