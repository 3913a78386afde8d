import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { RunningAgreement } from './running-agreement.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says which worker a change of targets waits for, and is done when that one has answered', async () => {
  const { options } = resolveOptions({ sourcePort: 8080, targets: [{ host: 'a', port: 80 }] });
  const log = new FakeLog();
  const agreement = new RunningAgreement(options, {
    log,
    tell: () => {},
    endConnections: () => {},
    pidOf: (worker) => worker + 1_000,
  });
  for (const worker of [1, 2]) agreement.core.join(worker, 0);
  let isDone = false;
  const change = agreement.setTargets([{ host: 'b', port: 80 }]).then(() => {
    isDone = true;
  });
  agreement.core.receive(1, { type: 'prepared', epoch: 1 }, 0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(isDone).toBe(false);
  expect(log.lines).toEqual(['warn: a change of targets waits for a worker that does not answer: pid 1002']);
  expect(log.details).toEqual([{ workerPids: [1_002] }]);
  agreement.core.receive(2, { type: 'prepared', epoch: 1 }, 0);
  await change;
  agreement.close();
});
