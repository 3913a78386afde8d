// The part of the engine contract on a process that is busy with something else, such as slow synchronous middleware: time-outs
// come all the same, and what came in time is not taken for late.
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, reached, refusal } from './engine-bench.ts';

const CLIENTS = 20;
/** ms for each client. */
const SLOW = 250;

/** Connections for which a target has room, among them those that have filled its queue and the one that is dialed. */
const ROOM = 8;
/** ms. A second after a SYN that found no room, the kernel sends it again. */
const ANSWERS_WITHIN = 2_500;
const STALL = 3_000;

export function busyContract(engine: Engine): void {
  it('and a dial ends while each new connection takes long', async () => {
    const { port } = await TestListener.full();
    let [accepted, isSlow] = [0, true];
    const listener = await engine.listen({ host: '127.0.0.1', port: 0 }, (downstream) => {
      accepted += 1;
      downstream.reset();
      if (isSlow) beBusy(SLOW);
    });
    later(() => listener.close());
    const clients = Array.from({ length: CLIENTS }, () => TestSocket.begin(listener.port));
    await until('the first client', () => accepted > 0);
    expect(await refusal(engine, { host: '127.0.0.1', port }, 100)).toMatchObject({ code: 'ETIMEDOUT' });
    expect(accepted).toBeLessThan(CLIENTS);
    isSlow = false;
    await until('all clients', () => accepted === CLIENTS);
    for (const client of clients) client.close();
  });

  it('and a target that has answered in time is not silent', async () => {
    const target = TestListener.open();
    const dialled = reached(engine, { host: '127.0.0.1', port: target.port }, 20);
    beBusy(400);
    (await dialled).close();
  });

  it('and a target that answers within its time is reached, when the process was busy before the dial', async () => {
    const target = await TestListener.full(ROOM);
    beBusy(STALL);
    const dialled = reached(engine, { host: '127.0.0.1', port: target.port }, ANSWERS_WITHIN);
    await nextTurn();
    target.makeRoom();
    (await dialled).close();
  });

  it('and a target that answers within its time is reached, when the process is busy after the dial', async () => {
    const target = await TestListener.full(ROOM);
    const dialled = reached(engine, { host: '127.0.0.1', port: target.port }, ANSWERS_WITHIN);
    await nextTurn();
    target.makeRoom();
    beBusy(STALL);
    (await dialled).close();
  });

  it('and a target that answers within its time is reached, when the process is busy again and again', async () => {
    const target = await TestListener.full(ROOM);
    const dialled = reached(engine, { host: '127.0.0.1', port: target.port }, ANSWERS_WITHIN);
    await nextTurn();
    target.makeRoom();
    const [turns, upstream] = await whileBusy(dialled);
    expect(turns).toBeGreaterThan(1);
    upstream.close();
  });

  it('and a dial of a silent target ends, when the process is busy again and again', async () => {
    const { port } = await TestListener.full();
    const [turns, error] = await whileBusy(refusal(engine, { host: '127.0.0.1', port }, 100));
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(turns).toBeLessThan(CLIENTS);
  });

  it('and a connection on which something has come in time is not quiet', async () => {
    const bench = await EngineBench.open(engine);
    const { client, target, events } = await bench.connect({ idleTimeout: 400, halfCloseTimeout: 0 });
    beBusy(200);
    client.offer(Buffer.from('still here'));
    beBusy(800);
    await target.hear('still here');
    expect(events).toEqual([]);
    beBusy(200);
    target.offer(Buffer.from('so am I'));
    beBusy(800);
    await client.hear('so am I');
    expect(events).toEqual([]);
  });
}

/** Each turn of the loop takes long until that is over. @returns how many there were, too */
async function whileBusy<T>(promise: Promise<T>): Promise<[number, T]> {
  let isOver = false;
  const settled = promise.finally(() => {
    isOver = true;
  });
  let turns = 0;
  for (; !isOver; turns += 1) {
    beBusy(SLOW);
    await nextTurn();
  }
  return [turns, await settled];
}

function beBusy(time: number): void {
  const end = performance.now() + time;
  while (performance.now() < end);
}
