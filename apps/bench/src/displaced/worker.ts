// A worker as the balancer has it, but for its sockets. What is in its environment tells where its orders come from.
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { runWorker } from '@lb/net/worker';
import type { Answer, Order } from './orders.ts';
import { PlayedEngine } from './played-engine.ts';

/** Clients that connect in one turn of the loop. */
const AT_ONCE = 100;
/** ms: the precision of the watch. */
const RESOLUTION = 5;

const engine = new PlayedEngine();
const loop = monitorEventLoopDelay({ resolution: RESOLUTION });
const log = { info() {}, warn() {}, error: (_details: object, message: string) => console.error(message) };

runWorker({ log, engine, loadController: () => Promise.reject(new Error('There is no controller.')) });

const socket = connect({ path: process.env.DISPLACED_ORDERS as string }).unref();
createInterface({ input: socket }).on('line', (line) => {
  void obey(JSON.parse(line)).then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
});

async function obey(order: Order): Promise<Answer> {
  switch (order.order) {
    case 'connect':
      for (let at = 0; at < order.clients.length; at += AT_ONCE) {
        for (const client of order.clients.slice(at, at + AT_ONCE)) engine.accept(client);
        await turn();
      }
      return {};
    case 'close':
      engine.closeAll();
      return {};
    case 'refuse':
      engine.refusing = order.port;
      return {};
    case 'weigh':
      for (let round = 0; round < 3; round += 1) {
        await turn();
        globalThis.gc?.();
      }
      return { heapBytes: process.memoryUsage().heapUsed };
    case 'watch':
      loop.enable();
      loop.reset();
      return {};
    case 'watched':
      loop.disable();
      return { worstMs: Math.max(0, loop.max / 1e6 - RESOLUTION) };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
