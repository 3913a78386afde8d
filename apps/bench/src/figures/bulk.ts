// CPU for each GB (1e9 bytes), towards the client and towards the target.
import type { BulkRequest } from '../clients/bulk-transfers.ts';
import { startClient } from '../clients/start-client.ts';
import type { Figure } from './figure.ts';
import { cpuPerUnit, withBalancer } from './with-balancer.ts';

const AT_ONCE = 8;
const GIGABYTE = 1e9;
const WARM_UP = 0.1;

export const bulk: Figure = {
  name: 'bulk',
  title: 'CPU per GB',
  columns: [
    { key: 'down', title: 'CPU per GB, to the client', unit: 'ms', main: true },
    { key: 'up', title: 'CPU per GB, to the target', unit: 'ms', main: true },
  ],
  tools: [],
  measure: (world, balancer) =>
    withBalancer(world, balancer, world.targets.two, async (running) => {
      const client = startClient<BulkRequest, { bytes: number }>('bulk-transfers');
      try {
        const move = async (direction: 'down' | 'up', seconds: number) => {
          const { bytes } = await client.ask({ port: running.port, direction, seconds, atOnce: AT_ONCE });
          return bytes / GIGABYTE;
        };
        const cost = async (direction: 'down' | 'up', seconds: number) => {
          await move(direction, WARM_UP);
          return (await cpuPerUnit(running, () => move(direction, seconds))) / 1000;
        };
        return { down: await cost('down', world.seconds), up: await cost('up', world.seconds / 2) };
      } finally {
        await client.stop();
      }
    }),
};
