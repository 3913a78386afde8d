// Small TCP servers that say who they are, each a process of its own, so that they can be killed.
import type { ChildProcess } from 'node:child_process';
import { ended, spawned } from './cleanup.ts';
import { HERE, type Network } from './network.ts';
import { lastingPort } from './ports.ts';
import { until } from './wait.ts';

export interface TestTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL: its port refuses at once. */
  kill(): Promise<void>;
}

/** Says its name and a newline to every client, then sends back what it gets. */
const ECHO = `
  const [name, host, port] = process.argv.slice(1);
  require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write(name + '\\n');
    socket.pipe(socket);
  }).listen({ port: Number(port), host, backlog: 65_535 }, () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

/** As that, but to a client that says `much` first it sends 100 MB. */
const GENEROUS = `
  const [name, host, port] = process.argv.slice(1);
  const body = Buffer.alloc(1e6, 'x');
  require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write(name + '\\n');
    socket.once('data', (first) => {
      if (!first.toString('latin1').startsWith('much')) {
        socket.write(first);
        return socket.pipe(socket);
      }
      let left = 100;
      const go = () => {
        while (left-- > 0 && socket.write(body));
      };
      socket.on('drain', go);
      go();
    });
  }).listen({ port: Number(port), host, backlog: 65_535 }, () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

export interface Place {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default one of its own */
  readonly port?: number;
  readonly network?: Network;
}

/** An echo server that is up. */
export function echoTarget(name: string): Promise<TestTarget> {
  return echoTargetAt(name, {});
}

export function echoTargetAt(name: string, place: Place): Promise<TestTarget> {
  return targetAt(ECHO, name, place);
}

/** An echo server that is up, and sends 100 MB to clients that say `much`. */
export function generousTarget(name: string): Promise<TestTarget> {
  return targetAt(GENEROUS, name, {});
}

async function targetAt(script: string, name: string, { host = '127.0.0.1', port: given, network = HERE }: Place) {
  const port = given ?? (await lastingPort());
  let child: ChildProcess | undefined;
  const target: TestTarget = {
    name,
    host,
    port,
    async start() {
      const started = spawned(...network.enter(process.execPath, '-e', script, name, host, String(port)), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child = started;
      let listening = false;
      started.once('message', () => {
        listening = true;
      });
      await until(`target ${name} to listen`, () => listening);
    },
    async kill() {
      if (child) await ended(child, 'SIGKILL');
    },
  };
  await target.start();
  return target;
}

/** Targets as a config lists them. */
export function listed(targets: readonly TestTarget[]): { host: string; port: number }[] {
  return targets.map(({ host, port }) => ({ host, port }));
}
