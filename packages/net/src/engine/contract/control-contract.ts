// The part of the engine contract on what a controller may do with a connection, before it is relayed and after.
import { expect, it } from 'vitest';
import { socketOption } from '../../testing/socket-option.ts';
import type { TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import type { Downstream, Engine } from '../engine.ts';
import { IPPROTO_TCP, SOL_SOCKET, TCP_NODELAY } from '../system/libc.ts';
import { EngineBench, SIDES } from './engine-bench.ts';

const SO_KEEPALIVE = 9;
const TCP_KEEPIDLE = 4;

export function controlContract(engine: Engine): void {
  it('who ends a connection: both sides see an end', async () => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    await pair.client.send('hello');
    await pair.target.hear('hello');
    pair.relay.close();
    for (const side of SIDES) expect(await pair[side].ending()).toBe('end');
    await until('both to be closed', () => pair.events.includes('closed'));
    pair.relay.close();
    pair.relay.reset();
    expect(pair.events).toEqual(['ending', 'closed']);
  });

  it('who ends a connection whose readers are slow', async () => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const bulk = Buffer.alloc(65_536);
    await until('the way to the target to be full', () => pair.client.offer(bulk) === 0);
    pair.relay.close();
    await until('both to be closed', () => pair.events.includes('closed'));
    for (const side of SIDES) await pair[side].ending();
  });

  it.each([
    ['before it is relayed', false],
    ['while it is relayed', true],
  ])('who sets keep-alive and no-delay %s', async (_when, isRelayed) => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    if (isRelayed) await join(bench, client, downstream);
    const option = (level: number, name: number): number => socketOption(bench.port, client.port, level, name);
    downstream.setNoDelay(false);
    expect(option(IPPROTO_TCP, TCP_NODELAY)).toBe(0);
    downstream.setNoDelay(true);
    expect(option(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
    downstream.setKeepAlive(true, 5);
    expect([option(SOL_SOCKET, SO_KEEPALIVE), option(IPPROTO_TCP, TCP_KEEPIDLE)]).toEqual([1, 5]);
    downstream.setKeepAlive(true, 1_000_000); // more than the kernel takes
    expect(option(IPPROTO_TCP, TCP_KEEPIDLE)).toBe(32_767);
    downstream.setKeepAlive(false);
    expect(option(SOL_SOCKET, SO_KEEPALIVE)).toBe(0);
  });

  it('who asks how long nothing was moved', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const target = await join(bench, client, downstream);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      await until('a silence', () => downstream.silence() >= 300);
      // Again and again, since this process may be slow itself.
      await until('a byte to end it', async () => {
        await from.send('x');
        await to.hear('x');
        return downstream.silence() < 300;
      });
    }
  });
}

async function join(bench: EngineBench, client: TestSocket, downstream: Downstream): Promise<TestSocket> {
  const { target, upstream } = await bench.reach();
  bench.join(client, downstream, upstream);
  return target;
}
