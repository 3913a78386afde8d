// The part of the engine contract on listening.
import { expect, it } from 'vitest';
import { posix } from '../../testing/posix.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
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
    await bench.listener.close();
    await expect(TestSocket.connect(bench.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('and leaves accepted and relayed connections alone when it is closed', async () => {
    const bench = await EngineBench.open(engine);
    const relayed = await bench.connect();
    const { client, downstream } = await bench.accept();
    await bench.listener.close();
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
    await bench.listener.close();
    const client = await TestSocket.connect(bench.port);
    await (await inherited.accept()).send('taken by another');
    await client.hear('taken by another');
    expect(bench.waiting).toBe(0);
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
