// nginx with its stream module, by the client's address.
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../machine/ports.ts';
import { run } from '../machine/processes.ts';
import { toolVersion } from '../tools/find-tool.ts';
import type { Balancer, Setup } from './balancer.ts';
import { startServer } from './start-server.ts';

const MODULE = 'ngx_stream_module.so';

export const nginx: Balancer = {
  name: 'nginx',
  title: 'nginx stream',
  async find() {
    const version = await toolVersion('nginx', ['-v'], /nginx\/(\S+)/);
    if (version === undefined) return { missing: 'apt-get install nginx libnginx-mod-stream' };
    return (await streamModule()) === undefined ? { missing: 'apt-get install libnginx-mod-stream' } : { version };
  },
  async start(setup) {
    const port = await freePort();
    const file = join(setup.folder, 'nginx.conf');
    await writeFile(file, config(setup, port, (await streamModule()) ?? ''));
    return startServer({ command: 'nginx', args: ['-p', setup.folder, '-e', 'error.log', '-c', file], port });
  },
};

/** The line that loads the module: empty where it is built in, undefined where there is none. */
async function streamModule(): Promise<string | undefined> {
  const { stderr } = await run('nginx', ['-V'], 10_000);
  if (/--with-stream(\s|$)/.test(stderr)) return '';
  const folder = /--modules-path=(\S+)/.exec(stderr)?.[1];
  if (folder === undefined) return undefined;
  const file = join(folder, MODULE);
  return access(file).then(
    () => `load_module ${file};`,
    () => undefined,
  );
}

function config({ workers, targets }: Setup, port: number, module: string): string {
  const servers = targets.map(({ host, port: to }) => `    server ${host}:${to};`).join('\n');
  return `
${module}
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid nginx.pid;
worker_processes ${workers};
worker_rlimit_nofile 16384;
events { worker_connections 12288; }
stream {
  access_log off;
  upstream targets {
    hash $remote_addr;
${servers}
  }
  server {
    listen 127.0.0.1:${port} reuseport;
    proxy_pass targets;
    proxy_timeout 1h;
  }
}
`;
}
