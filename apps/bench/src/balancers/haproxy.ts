// HAProxy in TCP mode: by the client's address (the reference), and with a table of sessions.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../machine/ports.ts';
import { toolVersion } from '../tools/find-tool.ts';
import type { Balancer, Setup } from './balancer.ts';
import { startServer } from './start-server.ts';

const STICK_TABLE = `
  stick-table type ip size 1m expire 30s
  stick on src`;

export const haproxy: Balancer = variant('haproxy', 'HAProxy', '');
/** What sticky sessions with fail-over take there: by address alone, a client moves when the list changes. */
export const haproxyStick: Balancer = {
  ...variant('haproxy-stick', 'HAProxy, stick table', STICK_TABLE),
  figures: ['conn', 'idle', 'targets'],
};

function variant(name: string, title: string, stickiness: string): Balancer {
  return {
    name,
    title,
    async find() {
      const version = await toolVersion('haproxy', ['-v'], /version (\S+)/);
      return version === undefined ? { missing: 'apt-get install haproxy' } : { version };
    },
    async start(setup) {
      const port = await freePort();
      const file = join(setup.folder, 'haproxy.cfg');
      await writeFile(file, config(setup, port, stickiness));
      return startServer({ command: 'haproxy', args: ['-db', '-f', file], port });
    },
  };
}

function config({ workers, targets }: Setup, port: number, stickiness: string): string {
  const servers = targets.map(({ host, port: to }, index) => `  server target${index} ${host}:${to}`).join('\n');
  return `
global
  nbthread ${workers}
  maxconn 6000

defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h

listen bench
  bind 127.0.0.1:${port}
  balance source
  option splice-auto${stickiness}
${servers}
`;
}
