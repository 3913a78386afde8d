// The part of the engine contract on listening.
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { posix } from '../../testing/posix.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Downstream, Engine } from '../engine.ts';
import { EngineBench } from './engine-bench.ts';

/** The length of a queue that Node sets when none is given. */
const NODES_OWN = 511;

export function listenContract(engine: Engine): void {
  it('on a free port when the port is 0, and says which', async () => {
    const bench = await EngineBench.open(engine);
    expect(bench.port).toBeGreaterThan(0);
    expect((await bench.accept()).downstream.remoteAddress).toBe('127.0.0.1');
  });

  it('on a given address and port, and on no other address', async () => {
    const port = TestListener.refusingPort();
    const bench = await EngineBench.open(engine, { host: '127.0.0.2', port });
    expect(bench.port).toBe(port);
    await bench.accept({ host: '127.0.0.2' });
    await expect(TestSocket.connect(port)).rejects.toThrow('ECONNREFUSED');
  });

  it('not on a port that is taken', async () => {
    const { port } = await EngineBench.open(engine);
    const again = engine.listen({ host: '127.0.0.1', port }, () => {});
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it("not on an address that isn't of this machine", async () => {
    const elsewhere = engine.listen({ host: '192.0.2.1', port: 0 }, () => {});
    await expect(elsewhere).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('on a descriptor that listens already, with what has been waiting there', async () => {
    const inherited = TestListener.open();
    const client = await TestSocket.connect(inherited.port);
    const bench = await EngineBench.open(engine, { fd: posix.duplicate(inherited.fd) });
    expect(bench.port).toBe(inherited.port);
    const first = await bench.takeAccepted();
    expect(first.describe().remotePort).toBe(client.port);
    await bench.accept();
  });

  it('on a descriptor that listens already, whose queue stays as long as it was', async ({ skip }) => {
    const inherited = TestListener.open();
    const before = inherited.queueLength;
    skip(before <= NODES_OWN, 'the system allows no longer queue than Node sets by itself');
    await EngineBench.open(engine, { fd: posix.duplicate(inherited.fd) });
    expect(inherited.queueLength).toBeGreaterThanOrEqual(before);
  });

  it('until it is closed; then clients are refused', async () => {
    const bench = await EngineBench.open(engine);
    await bench.acceptor.close();
    await expect(TestSocket.connect(bench.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('and leaves accepted and relayed connections alone when it is closed', async () => {
    const bench = await EngineBench.open(engine);
    const relayed = await bench.connect();
    const { client, downstream } = await bench.accept();
    await bench.acceptor.close();
    await relayed.client.send('still');
    await relayed.target.hear('still');
    const { target, upstream } = await bench.reach();
    bench.join(client, downstream, upstream);
    await target.send('here');
    await client.hear('here');
  });

  it('and leaves what waits in the queue of a shared descriptor to others when it is closed', async () => {
    const inherited = TestListener.open();
    const bench = await EngineBench.open(engine, { fd: posix.duplicate(inherited.fd) });
    await bench.accept();
    await bench.acceptor.close();
    const client = await TestSocket.connect(bench.port);
    await (await inherited.accept()).send('taken by another');
    await client.hear('taken by another');
    expect(bench.waiting).toBe(0);
  });

  it('but not while it is paused; what comes meanwhile waits', async () => {
    const bench = await EngineBench.open(engine);
    bench.acceptor.pause();
    bench.acceptor.pause();
    const clients = [await TestSocket.connect(bench.port), await TestSocket.connect(bench.port)];
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(bench.waiting).toBe(0);
    bench.acceptor.resume();
    bench.acceptor.pause();
    bench.acceptor.resume();
    const ports = [await bench.takeAccepted(), await bench.takeAccepted()].map((one) => one.describe().remotePort);
    expect(new Set(ports)).toEqual(new Set(clients.map(({ port }) => port)));
    await bench.accept();
  });

  it('and takes a connection to be the last one when it is paused while that is handed over', async () => {
    const taken: Downstream[] = [];
    const acceptor = await engine.listen({ host: '127.0.0.1', port: 0 }, (downstream) => {
      taken.push(downstream);
      acceptor.pause();
    });
    later(() => acceptor.close());
    const clients = await Promise.all([1, 2, 3].map(() => TestSocket.connect(acceptor.port)));
    for (let count = 1; count <= clients.length; count += 1) {
      await until('a connection', () => taken.length === count);
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      expect(taken).toHaveLength(count);
      acceptor.resume();
    }
  });

  it('and bears it that it is paused and resumed after it was closed', async () => {
    const bench = await EngineBench.open(engine);
    await bench.acceptor.close();
    bench.acceptor.pause();
    bench.acceptor.resume();
    await nextTurn();
    await expect(TestSocket.connect(bench.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('and loses none of many that come at once', async () => {
    const bench = await EngineBench.open(engine);
    const clients = Array.from({ length: 300 }, () => TestSocket.begin(bench.port));
    await until('all to be accepted', () => bench.waiting === clients.length);
    const ports = new Set<number>();
    while (bench.waiting > 0) ports.add((await bench.takeAccepted()).describe().remotePort);
    expect(ports).toEqual(new Set(clients.map((client) => client.port)));
  });
}
