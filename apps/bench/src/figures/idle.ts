// What idle connections cost: memory for each, with its session, and CPU per request beside few and many of them.
import { setTimeout as delay } from 'node:timers/promises';
import type { IdleRequest } from '../clients/idle-connections.ts';
import { startClient } from '../clients/start-client.ts';
import { memory } from '../machine/process-tree.ts';
import { warmUp } from '../tools/warm-up.ts';
import { wrk } from '../tools/wrk.ts';
import type { Figure } from './figure.ts';
import { cpuPerUnit, withBalancer } from './with-balancer.ts';

const FEW = 100;
const MANY = 4000;
const MANY_IN_WORDS = '4,000';
const CONNECTIONS = 64;
const ENOUGH = 10_000;
const SETTLING = 500;
const MEGABYTE = 1e6;

export const idle: Figure = {
  name: 'idle',
  title: 'Idle connections',
  columns: [
    { key: 'idle', title: 'Memory per idle connection', unit: 'bytes', main: true },
    { key: 'memory', title: 'Memory, no connection', unit: 'MB' },
    { key: 'memoryFew', title: `Memory, ${FEW} idle connections`, unit: 'MB' },
    { key: 'memoryMany', title: `Memory, ${MANY_IN_WORDS} idle connections`, unit: 'MB' },
    { key: 'reqFew', title: `CPU per request beside ${FEW} idle connections`, unit: 'us' },
    { key: 'reqMany', title: `CPU per request beside ${MANY_IN_WORDS} idle connections`, unit: 'us' },
    { key: 'connFew', title: `CPU per new connection beside ${FEW} idle ones`, unit: 'us' },
    { key: 'connMany', title: `CPU per new connection beside ${MANY_IN_WORDS} idle ones`, unit: 'us' },
  ],
  growth: [
    { title: `Memory, ${FEW} to ${MANY_IN_WORDS} idle connections`, from: 'memoryFew', to: 'memoryMany' },
    { title: `CPU per request, ${FEW} to ${MANY_IN_WORDS} idle connections`, from: 'reqFew', to: 'reqMany' },
    { title: `CPU per new connection, ${FEW} to ${MANY_IN_WORDS} idle ones`, from: 'connFew', to: 'connMany' },
  ],
  tools: ['wrk'],
  measure: (world, balancer) =>
    withBalancer(world, balancer, world.targets.two, async (running) => {
      const { port, pid } = running;
      const client = startClient<IdleRequest, { open: number }>('idle-connections');
      const settled = async (): Promise<number> => {
        await delay(SETTLING);
        return memory(pid).pss;
      };
      const held = async (open: number): Promise<number> => {
        await client.ask({ port, open });
        return settled();
      };
      const work = (seconds: number, close: boolean) => wrk({ port, connections: CONNECTIONS, seconds, close });
      const cost = (close: boolean) => cpuPerUnit(running, () => work(Math.ceil(world.seconds / 2), close));
      try {
        // What any work makes it take at first is not the idle connections' doing.
        await warmUp(ENOUGH, () => work(1, true));
        const none = await settled();
        const few = await held(FEW);
        const [reqFew, connFew] = [await cost(false), await cost(true)];
        const many = await held(MANY);
        const [reqMany, connMany] = [await cost(false), await cost(true)];
        await client.ask({ port, open: MANY });
        return {
          idle: (many - none) / MANY,
          memory: none / MEGABYTE,
          memoryFew: few / MEGABYTE,
          memoryMany: many / MEGABYTE,
          reqFew,
          reqMany,
          connFew,
          connMany,
        };
      } finally {
        await client.stop();
      }
    }),
};
