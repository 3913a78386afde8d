// The part of the engine contract on back-pressure: nobody's slowness costs memory or bytes.
import { expect, it, vi } from 'vitest';
import { kernelView } from '../../testing/kernel-view.ts';
import { Pattern } from '../../testing/pattern.ts';
import { until } from '../../testing/until.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, other, type RelayedPair, SIDES, type Side } from './engine-bench.ts';

/** Bytes that an engine may hold of one direction of a connection. */
const ENGINE_MOST = 1_000_000;
const MOST = 256_000_000;

export function backPressureContract(engine: Engine): void {
  it.each(SIDES)('when the writer is the %s; then all arrives', async (side) => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const [writer, reader] = [pair[side], pair[other(side)]];
    const pattern = new Pattern();
    const taken = await pattern.fill(writer, MOST);
    expect(taken).toBeLessThan(MOST);
    await heldByKernel(bench, pair, side, taken);
    const received = pattern.receive(reader, taken);
    expect(await received).toBe(taken);
    await writer.send('and so on');
    await reader.hear('and so on');
  });

  it('both ways at once', async () => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const [up, down] = [new Pattern(), new Pattern()];
    const [sentUp, sentDown] = await Promise.all([up.fill(pair.client, MOST), down.fill(pair.target, MOST)]);
    await heldByKernel(bench, pair, 'client', sentUp);
    await heldByKernel(bench, pair, 'target', sentDown);
    expect(await up.receive(pair.target, sentUp)).toBe(sentUp);
    expect(await down.receive(pair.client, sentDown)).toBe(sentDown);
  });

  it.each(SIDES)('without holding what goes to the %s, which is the writer', async (side) => {
    const bench = await EngineBench.open(engine);
    const pair = await bench.connect();
    const [writer, reader] = [pair[side], pair[other(side)]];
    await new Pattern().fill(writer, MOST);
    for (let round = 0; round < 50; round += 1) {
      await reader.send('stop');
      await writer.hear('stop');
    }
  });

  it('again and again', async () => {
    const bench = await EngineBench.open(engine);
    const { client, target } = await bench.connect();
    const pattern = new Pattern();
    const sending = pattern.send(client, 20_000_000).then(() => client.end());
    let received = 0;
    for (let stop = 1; received < 20_000_000; stop += 1) {
      // A pause, until the kernel holds something that the engine would read if it could.
      await until('bytes that wait', () => !target.quiet);
      const upTo = Math.min(20_000_000, stop * 1_000_003);
      while (received < upTo) {
        const part = await until('more', () => target.take(upTo - received));
        expect(part.equals(pattern.at(received, part.length))).toBe(true);
        received += part.length;
      }
    }
    await sending;
    expect(await target.ending()).toBe('end');
  });
}

/** Expects of the bytes of one direction that the kernel comes to hold all but those that an engine may. */
async function heldByKernel(bench: EngineBench, pair: RelayedPair, writer: Side, sent: number): Promise<void> {
  // What moves while the kernel is asked may be missed.
  await vi.waitFor(() => expect(sent - inKernel(bench, pair, writer)).toBeLessThan(ENGINE_MOST), 20_000);
}

/** Bytes of one direction that are in the kernel, on either side of the engine. */
function inKernel(bench: EngineBench, { client, target }: RelayedPair, writer: Side): number {
  const views = [
    kernelView(client.port, bench.port),
    kernelView(bench.port, client.port),
    kernelView(target.remotePort, target.port),
    kernelView(target.port, target.remotePort),
  ];
  if (writer === 'target') views.reverse();
  const [own, engineIn, engineOut, reader] = views;
  return (own?.unsent ?? 0) + (engineIn?.unread ?? 0) + (engineOut?.unsent ?? 0) + (reader?.unread ?? 0);
}
