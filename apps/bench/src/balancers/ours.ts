// This repository's balancer, with each engine, and once more with a controller and with limits.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../ports.ts';
import type { Balancer } from './balancer.ts';
import { startServer } from './start-server.ts';

const APP = fileURLToPath(new URL('../../../balancer/', import.meta.url));

const CONTROLLER = `module.exports.run = function (balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) { next(); });
};
`;

/** No client ever gets there. */
const FAR = 1_000_000;
const LIMITS = {
  maxConnections: FAR,
  maxConnectionsPerClient: FAR,
  connectionRatePerClient: { perSecond: FAR, burst: FAR },
};

interface Variation {
  /** Further options of the config. */
  readonly options?: object;
  /** Further options of each target. */
  readonly ofTargets?: object;
  readonly controller?: string;
}

export const oursEpoll: Balancer = { name: 'ours-epoll', title: 'loadbalancer, epoll', ...variant('epoll') };
export const oursStreams: Balancer = { name: 'ours-streams', title: 'loadbalancer, streams', ...variant('streams') };
export const oursMiddleware: Balancer = {
  name: 'ours-middleware',
  title: 'loadbalancer, middleware',
  figures: ['conn', 'idle'],
  ...variant('epoll', { options: { balancerControllerPath: 'controller.cjs' }, controller: CONTROLLER }),
};
export const oursLimits: Balancer = {
  name: 'ours-limits',
  title: 'loadbalancer, limits',
  figures: ['conn', 'idle'],
  ...variant('epoll', { options: LIMITS, ofTargets: { maxConnections: FAR } }),
};

function variant(
  engine: 'epoll' | 'streams',
  { options, ofTargets, controller }: Variation = {},
): Pick<Balancer, 'find' | 'start'> {
  return {
    async find() {
      const { version } = JSON.parse(await readFile(join(APP, 'package.json'), 'utf8'));
      return { version: `${version} on Node ${process.versions.node}` };
    },
    async start({ folder, workers, targets }) {
      const port = await freePort();
      const file = join(folder, 'config.json');
      const config = {
        sourcePort: port,
        sourceHost: '127.0.0.1',
        balancerCount: workers,
        engine,
        targets: targets.map((target) => ({ ...target, ...ofTargets })),
        ...options,
      };
      if (controller !== undefined) await writeFile(join(folder, 'controller.cjs'), controller);
      await writeFile(file, JSON.stringify(config));
      return startServer({
        command: process.execPath,
        args: [join(APP, 'bin/loadbalancer.js'), 'run', '--config', file],
        port,
        options: { cwd: folder, env: { ...process.env, LOADBALANCER_RUNTIME_DIR: join(folder, 'runtime') } },
        readyLine: 'accepts connections',
      });
    },
  };
}
