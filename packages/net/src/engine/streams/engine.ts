// The engine that runs wherever Node does: `node:net`, nothing else.
import type { Engine } from '../engine.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import { listen } from './acceptor.ts';
import { dial, type StreamUpstream } from './dial.ts';

export function createStreamsEngine(budget: DescriptorBudget): Engine<StreamUpstream> & { readonly name: 'streams' } {
  return {
    name: 'streams',
    isTransparent: false,
    listen: (at, onConnection, onExhausted) => listen(budget, at, onConnection, onExhausted),
    dial,
    yieldToNode() {},
    whenCaughtUp: (then) => void setImmediate(then),
  };
}
