// This repository's balancer, with each engine, and once more with a controller and with limits. Also as another commit has it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../machine/ports.ts';
import type { Balancer } from './balancer.ts';
import { startServer } from './start-server.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const APP = 'apps/balancer';

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

export interface Ours {
  readonly epoll: Balancer;
  readonly streams: Balancer;
  readonly middleware: Balancer;
  readonly limits: Balancer;
}

/** @param root of a checkout that is built @param commit that is checked out there. @default this one, whatever it is */
export function oursAt(root: string, commit?: string): Ours {
  const called = (name: string) => ({
    name: commit === undefined ? `ours-${name}` : `before-${name}`,
    title: commit === undefined ? `loadbalancer, ${name}` : `loadbalancer, ${name} (${commit})`,
  });
  const app = join(root, APP);
  return {
    epoll: { ...called('epoll'), ...variant(app, 'epoll') },
    streams: { ...called('streams'), ...variant(app, 'streams') },
    middleware: {
      ...called('middleware'),
      figures: ['conn', 'idle'],
      ...variant(app, 'epoll', { options: { balancerControllerPath: 'controller.cjs' }, controller: CONTROLLER }),
    },
    limits: {
      ...called('limits'),
      figures: ['conn', 'idle'],
      ...variant(app, 'epoll', { options: LIMITS, ofTargets: { maxConnections: FAR } }),
    },
  };
}

export const ours: Ours = oursAt(ROOT);

function variant(
  app: string,
  engine: 'epoll' | 'streams',
  { options, ofTargets, controller }: Variation = {},
): Pick<Balancer, 'find' | 'start'> {
  return {
    async find() {
      const { version } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8'));
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
        args: [join(app, 'bin/loadbalancer.js'), 'run', '--config', file],
        port,
        options: { cwd: folder, env: { ...process.env, LOADBALANCER_RUNTIME_DIR: join(folder, 'runtime') } },
        readyLine: 'accepts connections',
      });
    },
  };
}
