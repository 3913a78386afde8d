import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shareListeners } from './share-listeners.ts';

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

it('has another worker serve the listeners of one that is silent, which keeps its own', () => {
  expect(shareListeners([true, true, true], 3, [false, true, false])).toEqual([[0, 1], [1], [2]]);
  expect(shareListeners([true, true, false], 3, [true, false, false])).toEqual([[0], [1, 0, 2], []]);
});

it('goes by who is ready when all are silent', () => {
  fc.assert(
    fc.property(workers, (ready) => {
      const silent = ready.map(() => true);
      expect(shareListeners(ready, ready.length, silent)).toEqual(shareListeners(ready));
    }),
  );
});

it('has every listener served by a worker that is not silent, if there is one', () => {
  fc.assert(
    fc.property(workers, fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }), (ready, silent) => {
      const serving = shareListeners(ready, ready.length, silent);
      if (!ready.some((isReady, index) => isReady && !silent[index])) return;
      const served = serving.flatMap((listeners, index) => (silent[index] ? [] : listeners));
      expect(served.sort((a, b) => a - b)).toEqual([...ready.keys()]);
    }),
  );
});
