// The part of the engine contract on sides that are gone without a word: what the kernel is told, on the engine's own sockets.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { IPPROTO_TCP, SOL_SOCKET } from '../libc.ts';
import { EngineBench } from './engine-bench.ts';
import { socketPath } from './engine-contract-dial.ts';
import { kernelView } from './kernel-view.ts';
import { posix } from './posix.ts';
import { until } from './until.ts';

const SO_KEEPALIVE = 9;
const TCP_KEEPIDLE = 4;
const TCP_KEEPINTVL = 5;
const TCP_KEEPCNT = 6;
const TCP_USER_TIMEOUT = 18;

export function keepAliveContract(engine: Engine): void {
  it('asks after a minute, as often as the system does, and gives up after five, on both sides', async () => {
    const bench = await EngineBench.open(engine);
    const { client, target } = await bench.connect();
    const sides = [descriptorOf(bench.port, client.port), descriptorOf(target.remotePort, target.port)];
    // Perhaps not for a brief connection: it would cost more than it brings.
    await until('the kernel to have been told', () => sides.every(isKeptAlive));
    const untouched = client.fd;
    for (const fd of sides) {
      expect(option(fd, TCP_KEEPIDLE)).toBe(60);
      expect(option(fd, TCP_KEEPINTVL)).toBe(option(untouched, TCP_KEEPINTVL));
      expect(option(fd, TCP_KEEPCNT)).toBe(option(untouched, TCP_KEEPCNT));
      expect(option(fd, TCP_USER_TIMEOUT)).toBe(300_000);
    }
    const connections = [
      [bench.port, client.port],
      [target.remotePort, target.port],
    ] as const;
    for (const [own, remote] of connections) {
      await until('a timer for keep-alive', () => kernelView(own, remote)?.keepAlive);
    }
  });

  it('asks a client whose target is a unix-domain socket, too', async () => {
    const bench = await EngineBench.open(engine, undefined, socketPath());
    const { client } = await bench.connect();
    const fd = descriptorOf(bench.port, client.port);
    await until('the kernel to have been told', () => isKeptAlive(fd));
  });
}

function isKeptAlive(fd: number): boolean {
  return posix.option(fd, SOL_SOCKET, SO_KEEPALIVE).readInt32LE() === 1;
}

function option(fd: number, name: number): number {
  return posix.option(fd, IPPROTO_TCP, name).readInt32LE();
}

/** The descriptor of this process that has these ports, as the kernel sees them from its side. */
function descriptorOf(port: number, remotePort: number): number {
  const found = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      try {
        return posix.port(fd) === port && posix.remote(fd).port === remotePort;
      } catch {
        return false; // no socket, or none that is connected
      }
    });
  expect(found).toHaveLength(1);
  return found[0] as number;
}
