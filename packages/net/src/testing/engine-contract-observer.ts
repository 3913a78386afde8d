// The part of the engine contract on what a relay tells, and when.
import { expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { EngineBench, type RelayedPair } from './engine-bench.ts';
import { Pattern } from './pattern.ts';
import { nextTurn, until } from './until.ts';

const TOLD = ['ending', 'closed'];

export function observerContract(engine: Engine): void {
  it('of an end before the client can see it, and of the close after it', async () => {
    const { client, target, events } = await connect();
    client.end();
    await target.ending();
    expect(events).toEqual([]);
    target.end();
    await client.ending();
    expect(events[0]).toBe('ending');
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  it("of a target's reset before the client can see it", async () => {
    const { client, target, events } = await connect();
    target.reset();
    await client.ending();
    expect(events[0]).toBe('ending');
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  it("of a client's reset", async () => {
    const { client, events } = await connect();
    client.reset();
    await until('the close', () => events.length === 2);
    expect(events).toEqual(TOLD);
  });

  it('of the end of a silent connection before the client can see it', async () => {
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
