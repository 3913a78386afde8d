// The part of the engine contract on the budget of descriptors that an engine is handed.
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { nextTurn, until } from '../../testing/until.ts';
import type { Downstream, Engine } from '../engine.ts';
import { DescriptorBudget } from '../system/descriptor-budget.ts';

export function budgetContract(create: (budget: DescriptorBudget) => Engine): void {
  it('and accepts no more than it has room for, says so once, and goes on when there is room', async () => {
    const engine = create(new DescriptorBudget(4));
    const taken: Downstream[] = [];
    const codes: string[] = [];
    const acceptor = await engine.listen(
      { host: '127.0.0.1', port: 0 },
      (downstream) => taken.push(downstream),
      (code) => codes.push(code),
    );
    later(() => acceptor.close());
    await Promise.all([1, 2, 3].map(() => TestSocket.connect(acceptor.port)));
    await until('two connections', () => taken.length === 2);
    acceptor.pause();
    acceptor.resume();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect([taken.length, codes]).toEqual([2, ['EMFILE']]);
    taken[0]?.reset();
    await until('the third one', () => taken.length === 3);
    expect(codes).toEqual(['EMFILE', 'EMFILE']);
  });
}
