// No balancer: what the clients and the target take by themselves.
import type { Balancer } from './balancer.ts';

export const direct: Balancer = {
  name: 'direct',
  title: 'no balancer',
  figures: ['latency'],
  find: async () => ({ version: '' }),
  start: async ({ targets }) => ({ pid: 0, port: targets[0]?.port ?? 0, check: () => {}, stop: async () => {} }),
};
