// The part of the engine contract on descriptors: whatever happens to a connection, they are closed.
import { expect, it } from 'vitest';
import { expectDescriptors, openDescriptors } from '../../testing/descriptors.ts';
import { Pattern } from '../../testing/pattern.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, NO_DEADLINES, other, type RelayedPair, refusal, SIDES } from './engine-bench.ts';

const ROUNDS = 10;

export function descriptorsContract(engine: Engine): void {
  it('after an acceptor', async () => {
    const before = openDescriptors();
    for (let round = 0; round < ROUNDS; round += 1) await (await EngineBench.open(engine)).acceptor.close();
    await expectDescriptors(before + ROUNDS); // the targets' listeners, which the test closes
  });

  it('after clients that were turned away', async () => {
    const bench = await EngineBench.open(engine);
    const before = openDescriptors();
    for (let round = 0; round < 4 * ROUNDS; round += 1) {
      const { client, downstream } = await bench.accept();
      if (round % 2) await client.send('something');
      if (round % 4 > 1) downstream.close();
      else downstream.reset();
      client.close();
    }
    await expectDescriptors(before);
  });

  it('after dials that failed or were not needed', async () => {
    const silent = await TestListener.full();
    const bench = await EngineBench.open(engine);
    const refusing = TestListener.refusingPort();
    const before = openDescriptors();
    for (let round = 0; round < ROUNDS; round += 1) {
      await refusal(engine, { host: '127.0.0.1', port: refusing });
      await refusal(engine, { host: '127.0.0.1', port: silent.port }, 5);
      engine.dial({ host: '127.0.0.1', port: silent.port }, 20_000, () => {}).cancel();
      engine.dial(bench.endpoint, 20_000, () => {}).cancel();
      const { target, upstream } = await bench.reach();
      upstream.close();
      target.close();
    }
    await expectDescriptors(before);
  });

  it.each(SIDES)('after resets of the %s in every state', async (side) => {
    await breakAll(async (pair) => {
      pair[side].reset();
      await nextTurn();
      pair[other(side)].close();
    });
  });

  it.each(SIDES)('after the %s has closed in every state', async (side) => {
    await breakAll(async (pair) => {
      pair[side].close();
      await nextTurn();
      pair[other(side)].close();
    });
  });

  it('after resets that were asked for in every state', async () => {
    await breakAll(async (pair) => pair.relay.reset());
  });

  it('after resets that were asked for at any moment after an end', async () => {
    const bench = await EngineBench.open(engine);
    const before = openDescriptors();
    for (const side of SIDES) {
      for (let turns = 0; turns < ROUNDS; turns += 1) {
        const pair = await bench.connect();
        pair[side].end();
        if (turns % 2) pair[other(side)].end();
        for (let turn = 0; turn < turns / 2; turn += 1) await nextTurn();
        pair.relay.reset();
        await until('the end of the relay', () => pair.events.includes('closed'));
        expect(pair.events).toHaveLength(2);
        pair.client.close();
        pair.target.close();
      }
    }
    await expectDescriptors(before);
  });

  it('after a reset that was asked for in the same turn in which an end arrived', async () => {
    const bench = await EngineBench.open(engine);
    const before = openDescriptors();
    for (const side of SIDES) {
      const ended = await bench.connect();
      const { client, downstream } = await bench.accept();
      const { target, upstream } = await bench.reach();
      downstream.relay(upstream, NO_DEADLINES, { ending: () => ended.relay.reset(), closed: () => {} });
      await nextTurn();
      ended[side].end();
      client.reset();
      await until('the end of the relay', () => ended.events.includes('closed'));
      for (const socket of [ended.client, ended.target, target]) socket.close();
    }
    await expectDescriptors(before);
  });

  /** Brings connections into every state that they can be in, and ends them. */
  async function breakAll(end: (pair: RelayedPair) => Promise<void>): Promise<void> {
    const bench = await EngineBench.open(engine);
    const before = openDescriptors();
    for (const bring of STATES) {
      const pair = await bench.connect();
      await bring(pair);
      await end(pair);
      await until('the end of the relay', () => pair.events.includes('closed'));
      expect(pair.events).toHaveLength(2);
      pair.client.close();
      pair.target.close();
    }
    await expectDescriptors(before);
  }
}

const STATES: readonly ((pair: RelayedPair) => unknown)[] = [
  () => {},
  async ({ client, target }) => {
    await client.send('hello');
    await target.hear('hello');
  },
  async ({ client, target }) => {
    client.end();
    await target.ending();
  },
  async ({ client, target }) => {
    target.end();
    await client.ending();
  },
  ({ client }) => new Pattern().fill(client, 64_000_000),
  ({ target }) => new Pattern().fill(target, 64_000_000),
  ({ client, target }) => Promise.all([new Pattern().fill(client, 64_000_000), new Pattern().fill(target, 64_000_000)]),
  async ({ client, target }) => {
    await new Pattern().fill(target, 64_000_000);
    client.end();
    await target.ending();
  },
  async ({ client, target }) => {
    await new Pattern().fill(client, 64_000_000);
    target.end();
    await client.ending();
  },
];
