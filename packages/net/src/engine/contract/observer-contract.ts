// The part of the engine contract on what a relay tells, and when.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, other, type RelayedPair, SIDES } from './engine-bench.ts';

const TOLD = ['ending', 'closed'];

export function observerContract(engine: Engine): void {
  it.each(SIDES)(
    'of an end that the %s began before the other way can be seen to end, and of the close after it',
    async (side) => {
      const pair = await connect();
      pair[side].end();
      await pair[other(side)].ending();
      expect(pair.events).toEqual([]);
      pair[other(side)].end();
      await pair[side].ending();
      expect(pair.events[0]).toBe('ending');
      await until('the close', () => pair.events.length === 2);
      expect(pair.events).toEqual(TOLD);
    },
  );

  it('of an end of both sides at once before both can see it', async () => {
    const { client, target, events } = await connect();
    client.end();
    target.end();
    await Promise.all([client.ending(), target.ending()]);
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  it.each(SIDES)('of a reset of the %s before the other side can see it', async (side) => {
    const pair = await connect();
    pair[side].reset();
    await pair[other(side)].ending();
    expect(pair.events[0]).toBe('ending');
    await until('the close', () => pair.events.length === 2);
    expect(pair.events).toEqual(TOLD);
  });

  it.each(SIDES)('of a reset of the %s after the other has ended, before that can see it', async (side) => {
    const pair = await connect();
    pair[other(side)].end();
    await pair[side].ending();
    pair[side].reset();
    await until('the reset', () => pair[other(side)].wasReset);
    expect(pair.events[0]).toBe('ending');
    await until('the close', () => pair.events.length === 2);
    expect(pair.events).toEqual(TOLD);
  });

  it('of the end of a silent connection before either side can see it', async () => {
    const { client, events } = await connect({ idleTimeout: 20, halfCloseTimeout: 0 });
    await client.ending();
    expect(events[0]).toBe('ending');
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  it('of an end that it was asked for at once, and only once', async () => {
    const { client, relay, events } = await connect();
    relay.reset();
    expect(events[0]).toBe('ending');
    relay.reset();
    await until('the close', () => events.length === 2);
    relay.reset();
    await client.ending();
    await nextTurn();
    expect(events).toEqual(TOLD);
  });

  it('of the close only when the last byte is out', async () => {
    const { client, target, events } = await connect();
    const pattern = new Pattern();
    const sending = pattern.send(target, 64_000_000).then(() => target.end());
    client.end();
    expect(await target.ending()).toBe('end');
    const first = await pattern.receive(client, 1_000_000);
    expect(events).toEqual([]);
    const part = await until('more', () => client.take(1));
    expect(part.equals(pattern.at(first, 1))).toBe(true);
    let received = first + 1;
    for (;;) {
      const more = await until('more', () => client.take());
      if (more.length === 0) break;
      received += more.length;
    }
    await sending;
    expect(received).toBe(64_000_000);
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  async function connect(deadlines?: { idleTimeout: number; halfCloseTimeout: number }): Promise<RelayedPair> {
    return (await EngineBench.open(engine)).connect(deadlines);
  }
}
