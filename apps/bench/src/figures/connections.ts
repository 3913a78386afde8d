// CPU for each new connection: every request has one of its own.
import { warmUp } from '../tools/warm-up.ts';
import { wrk } from '../tools/wrk.ts';
import type { Figure } from './figure.ts';
import { cpuPerUnit, withBalancer } from './with-balancer.ts';

const AT_ONCE = 64;
const ENOUGH = 10_000;

export const connections: Figure = {
  name: 'conn',
  title: 'CPU per new connection',
  columns: [{ key: 'conn', title: 'CPU per new connection', unit: 'us', main: true }],
  tools: ['wrk'],
  measure: (world, balancer) =>
    withBalancer(world, balancer, world.targets.two, async (running) => {
      const work = (seconds: number) => wrk({ port: running.port, connections: AT_ONCE, seconds, close: true });
      await warmUp(ENOUGH, () => work(1));
      return { conn: await cpuPerUnit(running, () => work(world.seconds)) };
    }),
};
