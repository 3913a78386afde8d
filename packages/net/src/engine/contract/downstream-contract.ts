// The part of the engine contract on a client before it is relayed.
import { expect, it } from 'vitest';
import { kernelView } from '../../testing/kernel-view.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench } from './engine-bench.ts';
import type { EngineDifferences } from './engine-differences.ts';

export function downstreamContract(engine: Engine, differences: EngineDifferences): void {
  it('without reading what it sends', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('x'.repeat(10_000));
    await until('all to arrive', () => kernelView(bench.port, client.port)?.unread === 10_000);
    const { target, upstream } = await bench.reach();
    expect(kernelView(bench.port, client.port)?.unread).toBe(10_000);
    bench.join(client, downstream, upstream);
    expect(await target.receive(10_000)).toEqual(Buffer.alloc(10_000, 'x'));
  });

  it('and loses no byte of one that sends and ends before there is a target', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('hello');
    client.end();
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    expect((await target.receiveAll()).toString()).toBe('hello');
    await target.send('goodbye');
    target.end();
    expect((await client.receiveAll()).toString()).toBe('goodbye');
  });

  it('and loses no byte of a target that speaks first', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { target, upstream } = await bench.reach();
    await target.send('220 ready');
    target.end();
    await until('it to arrive', () => (kernelView(target.remotePort, target.port)?.unread ?? 0) > 0);
    bench.join(client, downstream, upstream);
    expect((await client.receiveAll()).toString()).toBe('220 ready');
  });

  it('and describes an IPv4 client', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept({ from: '127.0.0.3' });
    expect(downstream.remoteAddress).toBe('127.0.0.3');
    expect(downstream.describe()).toEqual({
      remoteAddress: '127.0.0.3',
      remotePort: client.port,
      remoteFamily: 'IPv4',
      localAddress: '127.0.0.1',
      localPort: bench.port,
      clientAddress: '127.0.0.3',
    });
  });

  it('and describes an IPv4 client of a listener for both families as Node does', async () => {
    const bench = await EngineBench.open(engine, { host: '::', port: 0 });
    const { client, downstream } = await bench.accept({ from: '127.0.0.3' });
    expect(downstream.remoteAddress).toBe('::ffff:127.0.0.3');
    expect(downstream.describe()).toEqual({
      remoteAddress: '::ffff:127.0.0.3',
      remotePort: client.port,
      remoteFamily: 'IPv6',
      localAddress: '::ffff:127.0.0.1',
      localPort: bench.port,
      clientAddress: '127.0.0.3',
    });
  });

  it('and describes an IPv6 client', async () => {
    const bench = await EngineBench.open(engine, { host: '::', port: 0 });
    const { client, downstream } = await bench.accept({ host: '::1' });
    expect(downstream.describe()).toEqual({
      remoteAddress: '::1',
      remotePort: client.port,
      remoteFamily: 'IPv6',
      localAddress: '::1',
      localPort: bench.port,
      clientAddress: '::1',
    });
  });

  it('and can turn it away with an end', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    downstream.close();
    expect(await client.ending()).toBe('end');
  });

  it('and can turn it away with an end though it has sent what nobody read', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('x'.repeat(100_000));
    downstream.close();
    expect(await client.ending()).toBe('end');
    client.end();
    await until('the connection to be over', () => kernelView(bench.port, client.port) === undefined);
    expect(client.wasReset).toBe(false);
  });

  it('and lets go of one that goes on sending after it was turned away', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    downstream.close();
    expect(await client.ending()).toBe('end');
    await until('the answer that nobody is there', () => {
      if (!client.wasReset) client.offer(Buffer.from('x'));
      return client.wasReset;
    });
  });

  it('and can turn it away with a reset', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    downstream.reset();
    expect(await client.ending()).toBe('reset');
  });

  it('and can reset one that has sent something and ended', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    await client.send('hello');
    client.end();
    await until('all to arrive', () => (kernelView(bench.port, client.port)?.unread ?? 0) > 0);
    downstream.reset();
    expect(await client.ending()).toBe('reset');
  });

  it('and takes one that has only ended for one that is still there', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    let gone = false;
    downstream.onGone = () => {
      gone = true;
    };
    client.end();
    const { target, upstream } = await bench.reach();
    expect(gone).toBe(false);
    bench.join(client, downstream, upstream);
    await target.send('answer');
    await client.hear('answer');
  });

  const late = differences.unreadResetIsLate;
  if (late !== undefined) {
    it(`and notices that it has reset once it is relayed (${late})`, async () => {
      const bench = await EngineBench.open(engine);
      const { client, downstream } = await bench.accept();
      downstream.onGone = () => {};
      client.reset();
      const { target, upstream } = await bench.reach();
      const { events } = bench.join(client, downstream, upstream);
      expect(await target.ending()).toBe('reset');
      await until('the end of the relay', () => events.length === 2);
      expect(events).toEqual(['ending', 'closed']);
    });
  } else {
    it('and notices that it has reset while the target is dialled', async () => {
      const bench = await EngineBench.open(engine);
      const { client, downstream } = await bench.accept();
      let gone = 0;
      downstream.onGone = () => {
        gone += 1;
      };
      client.reset();
      await until('word that it has left', () => gone > 0);
      expect(gone).toBe(1);
    });
  }

  it('and bears it that the target resets before it is relayed', async () => {
    const bench = await EngineBench.open(engine);
    const { client, downstream } = await bench.accept();
    const { target, upstream } = await bench.reach();
    const { remotePort, port } = target;
    target.reset();
    await until('the reset to arrive', () => kernelView(remotePort, port) === undefined);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    const { events } = bench.join(client, downstream, upstream);
    expect(await client.ending()).toBe('reset');
    await until('the end of the relay', () => events.length === 2);
    expect(events).toEqual(['ending', 'closed']);
  });

  it('and bears it that a client is turned away that has left already', async () => {
    const bench = await EngineBench.open(engine);
    for (const turnAway of ['close', 'reset'] as const) {
      const { client, downstream } = await bench.accept();
      const { port } = client;
      client.reset();
      await until('the reset to arrive', () => kernelView(bench.port, port) === undefined);
      downstream[turnAway]();
    }
    await bench.accept();
  });
}
