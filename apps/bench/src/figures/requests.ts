// CPU for each request over connections that are kept alive.
import { wrk } from '../tools/wrk.ts';
import type { Figure } from './figure.ts';
import type { FigureName } from './figure-name.ts';
import { cpuPerUnit, withBalancer } from './with-balancer.ts';

export const requests64: Figure = requests('req64', 64);
export const requests1: Figure = requests('req1', 1);

function requests(name: FigureName, connections: number): Figure {
  const title = `CPU per request, ${connections} connection${connections === 1 ? '' : 's'}`;
  return {
    name,
    title,
    columns: [{ key: name, title, unit: 'us', main: true }],
    tools: ['wrk'],
    measure: (world, balancer) =>
      withBalancer(world, balancer, world.targets.two, async (running) => {
        const { port } = running;
        await wrk({ port, connections, seconds: 1 });
        return { [name]: await cpuPerUnit(running, () => wrk({ port, connections, seconds: world.seconds })) };
      }),
  };
}
