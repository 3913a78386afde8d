// What the engine contract can't ask of both engines: this one connects only when the turn of the loop is over.
import { expect, it } from 'vitest';
import { TestListener } from '../../testing/test-listener.ts';
import { nextTurn } from '../../testing/until.ts';
import { reached } from '../contract/engine-bench.ts';
import { DescriptorBudget } from '../system/descriptor-budget.ts';
import { createStreamsEngine } from './engine.ts';

function beBusy(time: number): void {
  const end = performance.now() + time;
  while (performance.now() < end);
}

it('counts the time of a dial from when Node connects, however long the turn of the loop takes', async () => {
  const target = await TestListener.full(8);
  const dialled = reached(
    createStreamsEngine(DescriptorBudget.ofThisProcess()),
    { host: '127.0.0.1', port: target.port },
    2_500,
  );
  beBusy(3_000);
  await nextTurn();
  target.makeRoom(); // the kernel sends the SYN again a second after the first one
  const upstream = await dialled;
  expect(upstream).toBeDefined();
  upstream.close();
});
