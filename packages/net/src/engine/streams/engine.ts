// The engine that runs wherever Node does: `node:net`, nothing else.
import type { Engine } from '../engine.ts';
import { dial } from './dial.ts';
import { listen } from './listener.ts';
import { relay } from './relay.ts';

export const streamsEngine: Engine = {
  name: 'streams',
  isTransparent: false,
  listen,
  dial,
  relay,
  yieldToNode() {},
  whenCaughtUp: (then) => void setImmediate(then),
};
