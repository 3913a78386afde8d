import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shareListeners } from './serving.ts';

const workers = fc.array(fc.boolean(), { maxLength: 64 });

it('gives every listener to exactly one worker that is ready, whoever is missing', () => {
  fc.assert(
    fc.property(workers, (ready) => {
      const serving = shareListeners(ready);
      expect(serving).toHaveLength(ready.length);
      const served = serving.flat().sort((a, b) => a - b);
      expect(served).toEqual(ready.includes(true) ? [...ready.keys()] : []);
      for (const [index, isReady] of ready.entries()) if (!isReady) expect(serving[index]).toEqual([]);
    }),
  );
});

it('leaves each worker its own listener, first', () => {
  fc.assert(
    fc.property(workers, (ready) => {
      for (const [index, listeners] of shareListeners(ready).entries()) {
        if (ready[index]) expect(listeners[0]).toBe(index);
      }
    }),
  );
});

it('shares out evenly what is left', () => {
  fc.assert(
    fc.property(workers, (ready) => {
      const counts = shareListeners(ready).flatMap((listeners) => (listeners.length > 0 ? [listeners.length] : []));
      if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
