// The part of the engine contract on looks at the first bytes of a stream that follow one another, each with its own bound.
import { expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import type { Downstream, Engine, HeadLook } from '../engine.ts';
import { EngineBench } from './engine-bench.ts';
import { untilFullStop } from './head-contract.ts';

/** A look that takes so many bytes as soon as it is shown `atLeast`, or all that it will be. */
function taking(downstream: Downstream, take: number, most: number, atLeast = most): Promise<[string, boolean]> {
  return new Promise((resolve) => {
    let shown: [string, boolean];
    downstream.takeHead({
      most,
      look(seen, isAll) {
        shown = [seen.toString(), isAll];
        return isAll || seen.length >= atLeast ? take : undefined;
      },
      looked: () => setImmediate(() => resolve(shown)),
    });
  });
}

export function looksContract(engine: Engine): void {
  it('one after the other, each at what the one before has left', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('one.two.body');
    expect(await taking(downstream, 4, 100, 4)).toEqual(['one.two.body', false]);
    expect(await taking(downstream, 4, 100, 4)).toEqual(['two.body', false]);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('body');
  });

  it('again from within the end of a look, also where the next bytes are still to come', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    let second: { shown: string[]; taken: () => string | undefined } | undefined;
    downstream.takeHead({
      most: 4,
      look: (seen) => (seen.length === 4 ? 4 : undefined),
      looked: () => {
        second = untilFullStop(downstream);
      },
    });
    await client.send('one.');
    await until('the second look', () => second);
    await client.send('two.body');
    await until('its end', () => second?.taken());
    expect(second?.shown.filter(Boolean).at(0)).toMatch(/^t/);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('body');
  });

  it('and leaves all where no look takes anything, also of a client that has ended', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('body');
    client.end();
    for (let look = 0; look < 3; look += 1) expect(await taking(downstream, 0, 100)).toEqual(['body', true]);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    expect((await target.receiveAll()).toString()).toBe('body');
    await target.send('answer');
    target.end();
    expect((await client.receiveAll()).toString()).toBe('answer');
  });

  it('again to a look that is not over, and its end once only', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const shown: string[] = [];
    let [isEnough, ends] = [false, 0];
    const look: HeadLook = {
      most: 4_096,
      look(seen) {
        shown.push(seen.toString());
        return isEnough ? 0 : undefined;
      },
      looked: () => {
        ends += 1;
      },
    };
    downstream.takeHead(look);
    await client.send('he');
    await until('it to be seen', () => shown.includes('he'));
    const before = shown.length;
    downstream.takeHead(look);
    expect(shown.slice(before)).toEqual(['he']);
    isEnough = true;
    downstream.takeHead(look);
    expect([shown.slice(before), ends]).toEqual([['he', 'he'], 1]);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    await client.send('ad');
    client.end();
    expect((await target.receiveAll()).toString()).toBe('head');
    expect([shown.slice(before), ends]).toEqual([['he', 'he'], 1]);
  });

  it('and shows each look no more than its bound, and says that this is all', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('0123456789'.repeat(1_000));
    expect(await taking(downstream, 2, 4)).toEqual(['0123', true]);
    expect(await taking(downstream, 0, 3)).toEqual(['234', true]);
    expect(await taking(downstream, 8, 10)).toEqual(['2345678901', true]);
    expect((await taking(downstream, 0, 9_000))[0]).toHaveLength(9_000);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('0123456789'.repeat(999));
  });

  it('and takes nothing for a look that wants more than its bound', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const looked = new Promise<void>((resolve) => {
      downstream.takeHead({ most: 4, look: () => undefined, looked: resolve });
    });
    await client.send('head.body');
    await looked;
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('head.body');
  });
}
