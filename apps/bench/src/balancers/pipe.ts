// What a short script on node:net with pipe costs: see pipe-server.ts.
import { fileURLToPath } from 'node:url';
import { freePort } from '../machine/ports.ts';
import type { Balancer } from './balancer.ts';
import { startServer } from './start-server.ts';

const SERVER = fileURLToPath(new URL('./pipe-server.js', import.meta.url));

export const pipe: Balancer = {
  name: 'pipe',
  title: 'node:net with pipe',
  figures: ['req64', 'req1', 'conn', 'bulk', 'latency', 'idle'],
  find: async () => ({ version: `Node ${process.versions.node}` }),
  async start({ workers, targets }) {
    const port = await freePort();
    return startServer({
      command: process.execPath,
      args: [SERVER, JSON.stringify({ port, workers, targets })],
      port,
      readyLine: 'ready',
    });
  },
};
