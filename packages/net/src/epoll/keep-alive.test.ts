// What the kernel is told to do about a side that is gone without a word, on the engine's own sockets. Linux only.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IPPROTO_TCP, SOL_SOCKET } from '../libc.ts';
import { EngineBench } from '../testing/engine-bench.ts';
import { posix } from '../testing/posix.ts';
import { until } from '../testing/until.ts';
import { epollEngine } from './engine.ts';

const SO_KEEPALIVE = 9;
const TCP_KEEPIDLE = 4;
const TCP_USER_TIMEOUT = 18;

const engine = epollEngine();
if (engine instanceof Error) throw engine;

it('asks after a minute, and gives up after five, on both sides of a connection that lasts', async () => {
  const bench = await EngineBench.open(engine);
  const { client, target } = await bench.connect();
  const sides = [descriptorOf(bench.port, client.port), descriptorOf(target.remotePort, target.port)];
  // Not for a brief connection: it would cost more than it brings.
  await until('the kernel to have been told', () => sides.every(isKeptAlive));
  for (const fd of sides) {
    expect(option(fd, IPPROTO_TCP, TCP_KEEPIDLE)).toBe(60);
    expect(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT)).toBe(300_000);
  }
});

function isKeptAlive(fd: number): boolean {
  return option(fd, SOL_SOCKET, SO_KEEPALIVE) === 1;
}

function option(fd: number, level: number, name: number): number {
  return posix.option(fd, level, name).readInt32LE();
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
