// The part of the engine contract on resets: what breaks on one side breaks on the other, and doesn't look like an end.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import type { TestSocket } from '../../testing/test-socket.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { socketPath } from './dial-contract.ts';
import { EngineBench, other, type RelayedPair, SIDES } from './engine-bench.ts';
import type { EngineDifferences } from './engine-differences.ts';

const MOST = 256_000_000;

export function resetContract(engine: Engine, differences: EngineDifferences): void {
  const late = differences.unreadResetIsLate;
  const maybeEnd = differences.resetAfterBytesMayBeEnd;

  it.each(SIDES)('of the %s that was idle', async (side) => {
    const pair = await connect();
    pair[side].reset();
    expect(await pair[other(side)].ending()).toBe('reset');
    await over(pair);
  });

  it.each(SIDES)('of the %s after the other has ended', async (side) => {
    const pair = await connect();
    pair[other(side)].end();
    expect(await pair[side].ending()).toBe('end');
    pair[side].reset();
    await until('the reset', () => pair[other(side)].wasReset);
    await over(pair);
  });

  if (late !== undefined) {
    it.each(SIDES)(`of the %s after it has ended itself, with the next byte for it (${late})`, async (side) => {
      const pair = await connect();
      pair[side].end();
      expect(await pair[other(side)].ending()).toBe('end');
      pair[side].reset();
      await untilReset(pair[other(side)]);
      await over(pair);
    });
  } else {
    it.each(SIDES)('of the %s after it has ended itself', async (side) => {
      const pair = await connect();
      pair[side].end();
      expect(await pair[other(side)].ending()).toBe('end');
      pair[side].reset();
      await until('the reset', () => pair[other(side)].wasReset);
      await over(pair);
    });
  }

  if (maybeEnd !== undefined) {
    it.each(SIDES)(`of the %s that has just sent something, or an end (${maybeEnd})`, async (side) => {
      const pair = await connect();
      await pair[side].send('that was');
      pair[side].reset();
      await pair[other(side)].ending();
      await untilReset(pair[other(side)]);
      await over(pair);
    });
  } else {
    it.each(SIDES)('of the %s that has just sent something', async (side) => {
      const pair = await connect();
      await pair[side].send('that was');
      pair[side].reset();
      expect(await pair[other(side)].ending()).toBe('reset');
      await over(pair);
    });
  }

  it.each(SIDES)('of the %s in the middle of a transfer both ways', async (side) => {
    const pair = await connect();
    const received = { client: 0, target: 0 };
    const block = Buffer.alloc(64 * 1024);
    let stopped = false;
    const transfer = async (one: 'client' | 'target'): Promise<void> => {
      while (!stopped) {
        pair[one].offer(block);
        received[one] += pair[one].take()?.length ?? 0;
        await nextTurn();
      }
    };
    const transfers = Promise.all([transfer('client'), transfer('target')]);
    await until('bytes on both sides', () => Math.min(received.client, received.target) > 1_000_000);
    stopped = true;
    await transfers;
    pair[side].reset();
    const ending = await pair[other(side)].ending();
    if (maybeEnd === undefined) expect(ending).toBe('reset');
    await untilReset(pair[other(side)]);
    await over(pair);
  });

  it.each(SIDES)('of the %s that reads no more to one that is held by it', async (side) => {
    const pair = await connect();
    const [reader, writer] = [pair[side], pair[other(side)]];
    await new Pattern().fill(writer, MOST);
    reader.reset();
    await until('the reset', () => writer.wasReset);
    await over(pair);
  });

  if (late !== undefined) {
    it.each(SIDES)(`of the %s that is held, once the other reads on (${late})`, async (side) => {
      const pair = await connect();
      const [writer, reader] = [pair[side], pair[other(side)]];
      await new Pattern().fill(writer, MOST);
      writer.reset();
      await reader.ending();
      await untilReset(reader);
      await over(pair);
    });
  } else {
    it.each(SIDES)('of the %s that is held by the other', async (side) => {
      const pair = await connect();
      const [writer, reader] = [pair[side], pair[other(side)]];
      await new Pattern().fill(writer, MOST);
      writer.reset();
      await until('the reset', () => reader.wasReset);
      await over(pair);
    });
  }

  it('of the client to a unix-domain socket, as far as those know resets', async () => {
    const bench = await EngineBench.open(engine, undefined, socketPath());
    const pair = await bench.connect();
    pair.client.reset();
    await pair.target.ending();
    await over(pair);
  });

  it('that it is asked for, to both sides', async () => {
    const { client, target, relay, events } = await connect();
    relay.reset();
    expect(await Promise.all([client.ending(), target.ending()])).toEqual(['reset', 'reset']);
    await over({ events });
  });

  it('that it is asked for while bytes wait for a slow reader', async () => {
    const { client, target, relay, events } = await connect();
    await new Pattern().fill(target, MOST);
    relay.reset();
    expect(await Promise.all([client.ending(), target.ending()])).toEqual(['reset', 'reset']);
    await over({ events });
  });

  function connect(): Promise<RelayedPair> {
    return EngineBench.open(engine).then((bench) => bench.connect());
  }
}

/** Writes until the answer is a reset. */
async function untilReset(socket: TestSocket): Promise<void> {
  await until('a reset', () => {
    if (socket.wasReset) return true;
    try {
      socket.offer(Buffer.from('x'));
      socket.take();
    } catch {}
    return socket.wasReset;
  });
}

async function over({ events }: Pick<RelayedPair, 'events'>): Promise<void> {
  await until('the end of the relay', () => events.includes('closed'));
  expect(events.filter((event) => event === 'closed')).toHaveLength(1);
  expect(events).toHaveLength(2);
}
