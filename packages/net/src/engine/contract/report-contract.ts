// The part of the engine contract on what a relay reports: bytes each way, which side ended it, and how.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import type { Engine, RelayDeadlines } from '../engine.ts';
import { EngineBench, other, type RelayedPair, SIDES, type Side } from './engine-bench.ts';

export function reportContract(engine: Engine): void {
  it.each(SIDES)('which the %s has ended first', async (side) => {
    const pair = await connect();
    await say(pair, 'client', 'question');
    await say(pair, 'target', 'an answer');
    pair[side].end();
    expect(await pair[other(side)].ending()).toBe('end');
    await say(pair, other(side), 'more');
    pair[other(side)].end();
    const [bytesToTarget, bytesToClient] = side === 'client' ? [8, 13] : [12, 9];
    expect(await reported(pair)).toEqual({ bytesToTarget, bytesToClient, endedBy: side, ending: 'fin' });
  });

  it('that moved much to readers who were slow', async () => {
    const pair = await connect();
    const [up, down] = [new Pattern(), new Pattern()];
    const [sentUp, sentDown] = [await up.fill(pair.client, 20_000_000), await down.fill(pair.target, 20_000_000)];
    pair.client.end();
    pair.target.end();
    expect([await up.receive(pair.target), await down.receive(pair.client)]).toEqual([sentUp, sentDown]);
    expect(await reported(pair)).toMatchObject({ bytesToTarget: sentUp, bytesToClient: sentDown, ending: 'fin' });
  });

  it('without the bytes that were put before those of the client', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('body');
    const { target, upstream } = await bench.reach();
    const pair = bench.join(client, downstream, upstream, undefined, Buffer.from('head.'));
    expect((await target.receive(9)).toString()).toBe('head.body');
    client.end();
    target.end();
    expect(await reported(pair)).toMatchObject({ bytesToTarget: 4, bytesToClient: 0, ending: 'fin' });
  });

  it('with the bytes that were looked at and left, and without those that were taken away', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('head.body');
    await new Promise<void>((resolve) => {
      const look = (seen: Buffer): number | undefined => (seen.length === 9 ? 5 : undefined);
      downstream.takeHead({ most: 100, look, looked: resolve });
    });
    const { target, upstream } = await bench.reach();
    const pair = bench.join(client, downstream, upstream);
    await target.hear('body');
    client.end();
    target.end();
    expect(await reported(pair)).toMatchObject({ bytesToTarget: 4, bytesToClient: 0, ending: 'fin' });
  });

  it.each(SIDES)('which the %s has reset', async (side) => {
    const pair = await connect();
    await say(pair, 'client', 'question');
    pair[side].reset();
    expect(await reported(pair)).toEqual({ bytesToTarget: 8, bytesToClient: 0, endedBy: side, ending: 'reset' });
  });

  it.each(SIDES)('which the %s has reset after the other had ended', async (side) => {
    const pair = await connect();
    pair[other(side)].end();
    expect(await pair[side].ending()).toBe('end');
    pair[side].reset();
    expect(await reported(pair)).toEqual({ bytesToTarget: 0, bytesToClient: 0, endedBy: side, ending: 'reset' });
  });

  it.each(SIDES)('of which the %s has reset without having read all', async (side) => {
    const pair = await connect();
    const sent = await new Pattern().fill(pair[other(side)], 64_000_000);
    pair[side].reset();
    const report = await reported(pair);
    const bytes = side === 'client' ? report.bytesToClient : report.bytesToTarget;
    expect(report).toMatchObject({ endedBy: side, ending: 'reset' });
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(sent);
  });

  it.each([
    ['close', 'fin'],
    ['reset', 'reset'],
  ] as const)('that it was asked to %s', async (how, ending) => {
    const pair = await connect();
    await say(pair, 'target', 'hello');
    pair.relay[how]();
    expect(await reported(pair)).toEqual({ bytesToTarget: 0, bytesToClient: 5, endedBy: 'balancer', ending });
  });

  it.each(SIDES)('that was silent, also after the %s had ended', async (side) => {
    const silent = await connect({ idleTimeout: 20, halfCloseTimeout: 0 });
    expect(await reported(silent)).toMatchObject({ endedBy: 'balancer', ending: 'timeout' });
    const half = await connect({ idleTimeout: 0, halfCloseTimeout: 20 });
    half[side].end();
    expect(await reported(half)).toMatchObject({ endedBy: 'balancer', ending: 'timeout' });
  });

  async function connect(deadlines?: RelayDeadlines): Promise<RelayedPair> {
    return (await EngineBench.open(engine)).connect(deadlines);
  }
}

async function say(pair: RelayedPair, from: Side, text: string): Promise<void> {
  await pair[from].send(text);
  await pair[other(from)].hear(text);
}

async function reported(pair: Pick<RelayedPair, 'report'>) {
  const { bytesToTarget, bytesToClient, endedBy, ending } = await pair.report();
  return { bytesToTarget, bytesToClient, endedBy, ending };
}
