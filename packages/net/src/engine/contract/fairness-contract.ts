// The part of the engine contract on fairness: a stream without end holds up neither other connections nor Node.
import { expect, it } from 'vitest';
import { BulkStreams } from '../../testing/bulk-stream.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, NO_DEADLINES, reached } from './engine-bench.ts';

const MB = 1_000_000;

export function fairnessContract(engine: Engine): void {
  it.each([1, 4])('and a hundred clients come and are served while %d bulk streams run', async (count) => {
    const bench = await EngineBench.open(engine);
    const bulk = await begin(bench, count);
    let most = 0;
    for (let n = 0; n < 100; n += 1) {
      const { client, target } = await bench.connect();
      await client.send(`question ${n}`);
      await target.hear(`question ${n}`);
      await target.send(`answer ${n}`);
      await client.hear(`answer ${n}`);
      const before = bulk.received;
      client.close();
      expect(await target.ending()).toBe('end');
      most = Math.max(most, bulk.received - before);
      target.close();
    }
    // The streams have had a few shares meanwhile, and no more of them the longer they run.
    expect(most).toBeLessThan(100 * MB);
    const meanwhile = bulk.received;
    await until('the bulk streams to go on', () => bulk.received > meanwhile);
  });

  it.each([1, 8])("and Node's loop goes round while %d bulk streams run", async (count) => {
    const bench = await EngineBench.open(engine);
    const bulk = await begin(bench, count);
    const end = bulk.received + 1000 * MB;
    let [turns, timers] = [0, 0];
    await Promise.all([
      (async () => {
        for (; bulk.received < end; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      })(),
      (async () => {
        for (; bulk.received < end; timers += 1) await new Promise((resolve) => setTimeout(resolve, 0));
      })(),
    ]);
    expect(turns).toBeGreaterThan(10);
    expect(timers).toBeGreaterThan(10);
  });

  /** Relays so many streams without end, until the end of the test. */
  async function begin(bench: EngineBench, count: number): Promise<BulkStreams> {
    const bulk = await BulkStreams.open();
    for (let n = 0; n < count; n += 1) {
      bulk.connect(bench.port);
      const downstream = await bench.takeAccepted();
      const upstream = await reached(engine, bulk.endpoint);
      downstream.relay(upstream, NO_DEADLINES, { ending: () => {}, closed: () => {} });
    }
    await until('the bulk streams to be under way', () => bulk.received > 10 * MB);
    return bulk;
  }
}
