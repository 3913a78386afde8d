// The part of the engine contract on the first bytes of a stream: those looked at before a relay, and those put before it.
import { expect, it } from 'vitest';
import { kernelView } from '../../testing/kernel-view.ts';
import { until } from '../../testing/until.ts';
import type { Downstream, Engine } from '../engine.ts';
import { EngineBench } from './engine-bench.ts';

/** Takes all bytes up to a full stop, and gives them. `isAll` stands for an end without one. */
export function untilFullStop(downstream: Downstream): { shown: string[]; taken: () => string | undefined } {
  const shown: string[] = [];
  let taken: string | undefined;
  let text = '';
  downstream.takeHead({
    most: 4_096,
    look(seen, isAll) {
      text = seen.toString();
      shown.push(text);
      if (text.includes('.')) return text.indexOf('.') + 1;
      return isAll ? 0 : undefined;
    },
    looked() {
      taken = text.slice(0, text.indexOf('.') + 1);
    },
  });
  return { shown, taken: () => taken };
}

export function headContract(engine: Engine): void {
  it('and takes away what is asked for and not a byte more', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { taken } = untilFullStop(downstream);
    await client.send('head.body');
    await until('the head', taken);
    expect(taken()).toBe('head.');
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    await client.send(' and soul');
    client.end();
    expect((await target.receiveAll()).toString()).toBe('body and soul');
  });

  it('that has come before it is looked at', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('head.body');
    client.end();
    await until('all to arrive', () => (kernelView(bench.port, client.port)?.unread ?? 0) >= 9);
    const { taken } = untilFullStop(downstream);
    await until('the head', taken);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    expect((await target.receiveAll()).toString()).toBe('body');
    await target.send('answer');
    target.end();
    expect((await client.receiveAll()).toString()).toBe('answer');
  });

  it('that comes a byte at a time', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { shown, taken } = untilFullStop(downstream);
    for (const byte of 'head.') {
      const before = shown.length;
      await client.send(byte);
      await until(`${byte} to be seen`, () => shown.length > before);
    }
    expect(taken()).toBe('head.');
    expect(shown.at(-1)).toBe('head.');
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('');
  });

  it('and says when no more will come', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { taken } = untilFullStop(downstream);
    client.end();
    await until('the end', () => taken() !== undefined);
    expect(taken()).toBe('');
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    expect((await target.receiveAll()).toString()).toBe('');
    await target.send('answer');
    target.end();
    expect((await client.receiveAll()).toString()).toBe('answer');
  });

  it('and may leave it, as long as there is nothing to look at', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { shown, taken } = untilFullStop(downstream);
    expect(downstream.leaveHead()).toBe(true);
    expect(downstream.leaveHead()).toBe(false);
    await client.send('head.body');
    await until('it to arrive', () => kernelView(bench.port, client.port)?.unread === 9);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    client.end();
    expect((await target.receiveAll()).toString()).toBe('head.body');
    expect([shown.filter(Boolean), taken()]).toEqual([[], undefined]);
  });

  it('and may not leave it once there is', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { shown, taken } = untilFullStop(downstream);
    await client.send('he');
    await until('it to be seen', () => shown.includes('he'));
    expect(downstream.leaveHead()).toBe(false);
    await client.send('ad.');
    await until('the head', taken);
    expect(taken()).toBe('head.');
    expect(downstream.leaveHead()).toBe(false);
  });

  it('and looks at what has come while the process was busy before it is left', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { taken } = untilFullStop(downstream);
    // The bytes are in the kernel, and a timer is due before they are read.
    const left = new Promise<boolean>((resolve) => {
      setTimeout(() => setImmediate(() => resolve(downstream.leaveHead())), 0);
    });
    const sent = client.send('head.');
    const busyUntil = performance.now() + 20;
    while (performance.now() < busyUntil);
    expect(await left).toBe(false);
    await sent;
    await until('the head', taken);
    expect(taken()).toBe('head.');
  });

  it('and notices a client that leaves meanwhile', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    let isGone = false;
    downstream.onGone = () => {
      isGone = true;
    };
    const { taken } = untilFullStop(downstream);
    client.reset();
    await until('the reset', () => isGone);
    expect(taken()).toBeUndefined();
  });

  it('and notices a client that has left just before it is left', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    let gone = 0;
    downstream.onGone = () => {
      gone += 1;
    };
    untilFullStop(downstream);
    client.reset();
    downstream.leaveHead();
    await until('the reset', () => gone > 0);
    expect(gone).toBe(1);
  });

  it.each(['close', 'reset'] as const)('and can %s the client on what it has seen', async (how) => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    downstream.takeHead({ most: 4_096, look: () => 0, looked: () => downstream[how]() });
    await client.send('nonsense');
    expect(await client.ending()).toBe(how === 'close' ? 'end' : 'reset');
  });

  it('and puts bytes before those of the client', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('body');
    const { target, upstream } = await bench.reach();
    await until('it to arrive', () => kernelView(bench.port, client.port)?.unread === 4);
    bench.join(client, downstream, upstream, undefined, Buffer.from('head.'));
    expect((await target.receive(9)).toString()).toBe('head.body');
    await client.send(' and soul');
    client.end();
    expect((await target.receiveAll()).toString()).toBe(' and soul');
  });

  it('and waits for no byte of the client to do so', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream, undefined, Buffer.from('head.'));
    expect((await target.receive(5)).toString()).toBe('head.');
    await target.send('220 ready');
    expect((await client.receive(9)).toString()).toBe('220 ready');
  });

  it('and does so for a client that has sent much, and ended', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const body = Buffer.alloc(300_000, 'b');
    const sending = client.send(body);
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream, undefined, Buffer.from('head.'));
    await sending;
    client.end();
    const all = await target.receiveAll();
    expect(all.length).toBe(300_005);
    expect(all.subarray(0, 6).toString()).toBe('head.b');
  });
}
