import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryCommands, EXPIRY, TableModel } from '../testing/session-table-model.ts';
import { poolOf } from '../testing/targets.ts';
import { SessionTable } from './session-table.ts';

it('does what a naive model does, whatever the order of events; and nothing is left at the end', () => {
  fc.assert(
    fc.property(arbitraryCommands(3), fc.constantFrom(0, 1, 2, 3, 5, 1000), (commands, limit) => {
      const targets = poolOf('abc').targets;
      const table = new SessionTable({ expiry: EXPIRY, limit });
      const model = new TableModel(targets, limit);
      fc.modelRun(() => ({ model, real: table }), commands);

      for (const hold of model.holds) table.release(hold.session, model.now);
      table.sweep(model.now + EXPIRY);
      expect(table.size).toBe(0);
      expect(targets.map((target) => target.sessions)).toEqual([0, 0, 0]);
    }),
    { numRuns: 600 },
  );
}, 60_000);
