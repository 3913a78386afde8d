// The part of the engine contract on half-close: a side that has ended still hears the other one.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, other, SIDES } from './engine-bench.ts';

export function halfCloseContract(engine: Engine): void {
  it.each(SIDES)('of the %s, after its last byte, and brings it a late answer', async (side) => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const [first, second] = [pair[side], pair[other(side)]];
    await first.send('that was all');
    first.end();
    expect((await second.receiveAll()).toString()).toBe('that was all');
    expect(first.sawEnd).toBe(false);
    expect(pair.events).toEqual([]);
    const answer = new Pattern();
    const received = answer.receive(first);
    await answer.send(second, 1_000_000);
    expect(pair.events).toEqual([]);
    second.end();
    expect(await received).toBe(1_000_000);
    await until('the end of the relay', () => pair.events.at(-1) === 'closed');
    expect([first.wasReset, second.wasReset]).toEqual([false, false]);
  });

  it.each(SIDES)('of the %s that has sent nothing', async (side) => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    pair[side].end();
    expect(await pair[other(side)].ending()).toBe('end');
    await pair[other(side)].send('answer');
    await pair[side].hear('answer');
  });

  it.each(SIDES)('of the %s only once all that it has sent is out', async (side) => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const [writer, reader] = [pair[side], pair[other(side)]];
    const pattern = new Pattern();
    const sent = await pattern.fill(writer, 64_000_000);
    writer.end();
    reader.end();
    expect(await pattern.receive(reader)).toBe(sent);
    expect(await writer.ending()).toBe('end');
    await until('the end of the relay', () => pair.events.at(-1) === 'closed');
  });

  it('of both at once', async () => {
    const bench = await EngineBench.open(engine);
    const { client, target, events } = await bench.connect();
    client.end();
    target.end();
    expect(await Promise.all([client.ending(), target.ending()])).toEqual(['end', 'end']);
    await until('the end of the relay', () => events.at(-1) === 'closed');
    expect([client.wasReset, target.wasReset]).toEqual([false, false]);
  });
}
