// The streams engine meets the engine contract, but for what node:net can't do.
import { engineContract } from '../contract/engine-contract.ts';
import { createStreamsEngine } from './engine.ts';

engineContract('streams', createStreamsEngine, {
  differences: {
    unreadResetIsLate: 'node:net watches a socket only while it reads or writes',
    resetAfterBytesMayBeEnd: 'node:net on Node 20 takes a hang-up after a short read for an end',
  },
});
