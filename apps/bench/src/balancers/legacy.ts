// LoadBalancer.js 0.9.26, from npm, kept in node_modules/.cache. It listens on all addresses and can't be told otherwise.
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../machine/ports.ts';
import { run } from '../machine/processes.ts';
import type { Balancer } from './balancer.ts';
import { startServer } from './start-server.ts';

const VERSION = '0.9.26';
const CACHE = fileURLToPath(new URL(`../../../../node_modules/.cache/loadbalancer-${VERSION}/`, import.meta.url));
const MAIN = join(CACHE, 'node_modules/loadbalancer/index.js');
const TIMEOUT = 60_000;

export const legacy: Balancer = {
  name: 'legacy',
  title: `LoadBalancer.js ${VERSION}`,
  figures: ['req64', 'req1', 'conn', 'bulk', 'latency', 'idle'],
  async find() {
    if (!(await isThere()) && !(await fetched())) return { missing: `npm could not fetch loadbalancer@${VERSION}` };
    return { version: `${VERSION} on Node ${process.versions.node}` };
  },
  async start({ folder, workers, targets }) {
    const port = await freePort();
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify({ sourcePort: port, balancerCount: workers, stickiness: true, targets }));
    return startServer({
      command: process.execPath,
      args: ['--no-deprecation', MAIN, '--config', file],
      port,
      options: { cwd: folder },
    });
  },
};

async function isThere(): Promise<boolean> {
  return access(MAIN).then(
    () => true,
    () => false,
  );
}

async function fetched(): Promise<boolean> {
  await mkdir(CACHE, { recursive: true });
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  try {
    await run('npm', ['install', '--prefix', CACHE, ...options, `loadbalancer@${VERSION}`], TIMEOUT);
  } catch {
    return false;
  }
  return isThere();
}
