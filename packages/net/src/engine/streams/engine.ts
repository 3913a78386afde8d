// The engine that runs wherever Node does: `node:net`, nothing else.
import { Deadlines } from '../deadlines.ts';
import type { Engine } from '../engine.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import { listen } from './acceptor.ts';
import { StreamDial, type StreamUpstream } from './dial.ts';

/** ms between two looks at the deadlines of dials. */
const INTERVAL = 25;

export function createStreamsEngine(budget: DescriptorBudget): Engine<StreamUpstream> & { readonly name: 'streams' } {
  // Node serves its sockets between its timers and its immediates.
  const whenCaughtUp = (then: () => void): void => void setImmediate(then);
  const dials = new Deadlines(INTERVAL, whenCaughtUp);
  return {
    name: 'streams',
    isTransparent: false,
    listen: (at, onConnection, onExhausted) => listen(budget, at, onConnection, onExhausted),
    dial: (endpoint, timeout, done) => new StreamDial(dials, endpoint, timeout, done),
    yieldToNode() {},
    whenCaughtUp,
  };
}
