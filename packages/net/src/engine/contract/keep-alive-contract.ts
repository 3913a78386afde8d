// The part of the engine contract on sides that are gone without a word: what the kernel is told, on the engine's own sockets.
import { expect, it } from 'vitest';
import { kernelView } from '../../testing/kernel-view.ts';
import { posix } from '../../testing/posix.ts';
import { descriptorOf } from '../../testing/socket-option.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { IPPROTO_TCP, SOL_SOCKET } from '../system/libc.ts';
import { socketPath } from './dial-contract.ts';
import { EngineBench } from './engine-bench.ts';

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

  it('as a controller has set it for a client before it was relayed', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { target, upstream } = await bench.reach();
    downstream.setKeepAlive(true, 5);
    bench.join(client, downstream, upstream);
    const ofTarget = descriptorOf(target.remotePort, target.port);
    await until('the kernel to have been told of the target', () => isKeptAlive(ofTarget));
    const fd = descriptorOf(bench.port, client.port);
    expect([isKeptAlive(fd), option(fd, TCP_KEEPIDLE), option(fd, TCP_USER_TIMEOUT)]).toEqual([true, 5, 300_000]);
    expect(option(fd, TCP_KEEPINTVL)).toBe(option(client.fd, TCP_KEEPINTVL));
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
