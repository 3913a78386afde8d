// The part of the engine contract on bytes: all of them, in order, both ways, for everybody.
import { expect, it } from 'vitest';
import { Pattern } from '../../testing/pattern.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, type RelayedPair } from './engine-bench.ts';

const KIB = 1024;
const MB = 1_000_000;

export function bytesContract(engine: Engine): void {
  it.each([0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 5 * MB])('%d both ways at once', async (length) => {
    const bench = await EngineBench.open(engine);
    await exchange(await bench.connect(), length);
  });

  it('200,000,000 both ways at once', async () => {
    const bench = await EngineBench.open(engine);
    await exchange(await bench.connect(), 200 * MB);
  });

  it('of fifty connections at once, each its own', async () => {
    const bench = await EngineBench.open(engine);
    const pairs: RelayedPair[] = [];
    for (let n = 0; n < 50; n += 1) pairs.push(await bench.connect());
    await Promise.all(pairs.map((pair, n) => exchange(pair, n * 10_007)));
  });

  it('one by one, to and fro, without waiting for more', async () => {
    const bench = await EngineBench.open(engine);
    const { client, target } = await bench.connect();
    for (let round = 0; round < 200; round += 1) {
      await client.send('?');
      await target.hear('?');
      await target.send('!');
      await client.hear('!');
    }
  });

  it('of a hundred small conversations while a big one goes on', async () => {
    const bench = await EngineBench.open(engine);
    const bulk = await bench.connect();
    const talks: RelayedPair[] = [];
    for (let n = 0; n < 100; n += 1) talks.push(await bench.connect());
    const block = Buffer.alloc(256 * KIB);
    let received = 0;
    let talking = true;
    const carryOn = async (): Promise<void> => {
      while (talking) {
        while (bulk.target.offer(block) > 0);
        for (let part = bulk.client.take(); part; part = bulk.client.take()) received += part.length;
        await nextTurn();
      }
    };
    const carried = carryOn();
    await until('the big one to be under way', () => received > MB);
    await Promise.all(
      talks.map(async ({ client, target }, n) => {
        for (let round = 0; round < 5; round += 1) {
          await client.send(`question ${n}.${round}`);
          await target.hear(`question ${n}.${round}`);
          await target.send(`answer ${n}.${round}`);
          await client.hear(`answer ${n}.${round}`);
        }
      }),
    );
    const meanwhile = received;
    await until('the big one to go on', () => received > meanwhile);
    talking = false;
    await carried;
  });
}

async function exchange({ client, target, events }: RelayedPair, length: number): Promise<void> {
  const [up, down] = [new Pattern(), new Pattern()];
  const [upReceived, downReceived] = await Promise.all([
    up.receive(target),
    down.receive(client),
    up.send(client, length).then(() => client.end()),
    down.send(target, length).then(() => target.end()),
  ]);
  expect([upReceived, downReceived]).toEqual([length, length]);
  await until('the end of the relay', () => events.at(-1) === 'closed');
}
