// The part of the engine contract on a process that is busy with something else, such as slow synchronous middleware: time-outs
// come all the same, and what came in time is not taken for late.
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, reached, refusal } from './engine-bench.ts';

const CLIENTS = 20;
/** ms for each client. */
const SLOW = 250;

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

function beBusy(time: number): void {
  const end = performance.now() + time;
  while (performance.now() < end);
}
