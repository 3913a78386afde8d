// What the number of targets costs: CPU per new connection with few and many, each from a client not seen before.

import type { Balancer } from '../balancers/balancer.ts';
import { startClient } from '../clients/start-client.ts';
import type { VisitorsRequest } from '../clients/visitors.ts';
import type { Figure, World } from './figure.ts';
import { cpuPerUnit, withBalancer } from './with-balancer.ts';

const FEW = 2;
const MANY = 200;
const AT_ONCE = 32;
const WARM_UP = 1;

export const manyTargets: Figure = {
  name: 'targets',
  title: 'Number of targets',
  columns: [
    { key: 'connFewTargets', title: `CPU per new client, ${FEW} targets`, unit: 'us' },
    { key: 'connManyTargets', title: `CPU per new client, ${MANY} targets`, unit: 'us' },
  ],
  growth: [{ title: `CPU per new client, ${FEW} to ${MANY} targets`, from: 'connFewTargets', to: 'connManyTargets' }],
  tools: [],
  measure: async (world, balancer) => ({
    connFewTargets: await costWith(world, balancer, FEW),
    connManyTargets: await costWith(world, balancer, MANY),
  }),
};

function costWith(world: World, balancer: Balancer, count: number): Promise<number> {
  return withBalancer(world, balancer, world.targets.many(count), async (running) => {
    const client = startClient<VisitorsRequest, { count: number }>('visitors');
    const visit = async (seconds: number): Promise<number> => {
      const { count } = await client.ask({ port: running.port, seconds, atOnce: AT_ONCE });
      return count;
    };
    try {
      await visit(WARM_UP);
      return await cpuPerUnit(running, () => visit(world.seconds));
    } finally {
      await client.stop();
    }
  });
}
