// The part of the engine contract on deadlines: silence ends a connection on both sides, with a reset; a byte doesn't.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import type { TestSocket } from '../../testing/test-socket.ts';
import { shortPause, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, other, type RelayedPair, SIDES } from './engine-bench.ts';

const SOON = 50;
/** Long enough for a busy machine not to miss it between two bytes. */
const LATER = 800;

const EITHER = [
  { idleTimeout: 0, halfCloseTimeout: SOON * 4 },
  { idleTimeout: SOON * 4, halfCloseTimeout: 0 },
];

export function deadlinesContract(engine: Engine): void {
  it('after idleTimeout', async () => {
    const pair = await connect({ idleTimeout: SOON, halfCloseTimeout: 0 });
    await expectResets(pair);
  });

  it.each(SIDES)('after idleTimeout, also when the %s has ended', async (side) => {
    const pair = await connect({ idleTimeout: SOON, halfCloseTimeout: 20_000 });
    pair[side].end();
    await expectResets(pair);
  });

  it('after idleTimeout, also when something was said before', async () => {
    const pair = await connect({ idleTimeout: SOON * 4, halfCloseTimeout: 0 });
    await pair.client.send('hello');
    await pair.target.hear('hello');
    await pair.target.send('hello');
    await pair.client.hear('hello');
    await expectResets(pair);
  });

  it.each(SIDES)('after idleTimeout, also when the %s is held by a reader that has stopped', async (side) => {
    const pair = await connect({ idleTimeout: SOON * 4, halfCloseTimeout: 0 });
    const writer = pair[side];
    await fill(writer);
    await expectResets(pair);
  });

  it.each(SIDES)('after halfCloseTimeout, when the %s has ended', async (side) => {
    const pair = await connect({ idleTimeout: 0, halfCloseTimeout: SOON });
    pair[side].end();
    await expectResets(pair);
  });

  it.each(SIDES)('after either, when the %s has ended and does not take what comes', async (side) => {
    for (const deadlines of EITHER) {
      const pair = await connect(deadlines);
      pair[side].end();
      await fill(pair[other(side)]);
      await expectResets(pair);
    }
  });

  it.each(SIDES)('after either, when both have ended and the %s takes its last bytes or not', async (side) => {
    for (const deadlines of EITHER) {
      const pair = await connect(deadlines);
      const [reader, writer] = [pair[side], pair[other(side)]];
      reader.end();
      await writer.send(Buffer.alloc(1_000_000));
      writer.end();
      await until('the end of the relay', () => pair.events.includes('closed'));
    }
  });

  it('but not what speaks, whoever it is, nor what may be silent', async () => {
    const bench = await EngineBench.open(engine);
    const idle = { idleTimeout: LATER, halfCloseTimeout: 0 };
    const halfClosed = { idleTimeout: 0, halfCloseTimeout: LATER };
    const pairs = await Promise.all([
      speaking(await bench.connect(idle), 'client'),
      speaking(await bench.connect(idle), 'target'),
      speaking(await bench.connect(halfClosed), 'client', 'target'),
      speaking(await bench.connect(halfClosed), 'target', 'client'),
      silent(await bench.connect()),
      silent(await bench.connect(halfClosed)),
    ]);
    for (const { events, client, target } of pairs) {
      expect(events).toEqual([]);
      expect([client.wasReset, target.wasReset]).toEqual([false, false]);
    }
  });

  /** One side says something all the time for much longer than the deadline. */
  async function speaking(pair: RelayedPair, side: 'client' | 'target', ended?: 'client' | 'target') {
    if (ended) pair[ended].end();
    const until = performance.now() + 1.5 * LATER;
    while (performance.now() < until) {
      await pair[side].send('still here');
      await pair[other(side)].hear('still here');
      await shortPause();
    }
    return pair;
  }

  /** Nobody says anything for as long. */
  async function silent(pair: RelayedPair) {
    const end = performance.now() + 1.5 * LATER;
    await until('the others to have spoken', () => performance.now() > end);
    return pair;
  }

  async function connect(deadlines: { idleTimeout: number; halfCloseTimeout: number }): Promise<RelayedPair> {
    return (await EngineBench.open(engine)).connect(deadlines);
  }
}

/** Sends until no more is taken, or until the deadline is over. */
async function fill(writer: TestSocket): Promise<void> {
  await new Pattern().fill(writer, 256_000_000).catch(() => expect(writer.wasReset).toBe(true));
}

async function expectResets({ client, target, events }: RelayedPair): Promise<void> {
  await until('both to be reset', () => client.wasReset && target.wasReset);
  await until('the end of the relay', () => events.includes('closed'));
  expect(events).toHaveLength(2);
}
