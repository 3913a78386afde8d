import { expect, it } from 'vitest';
import { FakeLog } from '../../testing/fake-log.ts';
import { ServedListeners } from './served-listeners.ts';

/** Two listeners, the first of which has connections waiting for this many looks. */
function served({ waiting = 0, outdatedAfter = Number.POSITIVE_INFINITY }) {
  const steps: string[] = [];
  let looks = 0;
  const listeners = new ServedListeners({
    balancer: {
      accept: async (at) => {
        const { fd } = at as { fd: number };
        steps.push(`accept ${fd}`);
        return { port: 80, close: async () => void steps.push(`no longer accept ${fd}`) };
      },
    },
    libc: {
      closeOnExec: () => {},
      duplicate: (fd) => fd + 100,
      close: (fd) => void steps.push(`close ${fd}`),
      isReadable: (fd) => {
        if (fd !== 4) return false;
        looks += 1;
        return looks <= waiting;
      },
    },
    inherited: [4, 5],
    port: 80,
    log: new FakeLog(),
    isOutdated: () => looks >= outdatedAfter,
  });
  return { listeners, steps, looks: () => looks };
}

const CLOSED = ['no longer accept 104', 'no longer accept 105', 'close 4', 'close 5'];

it('empties the queues of all listeners before it closes them', async () => {
  const { listeners, steps, looks } = served({ waiting: 7 });
  listeners.serve([0]);
  await listeners.empty();
  expect(looks()).toBe(8);
  expect(steps).toEqual(['accept 104', 'accept 105', ...CLOSED]);
});

it('leaves the queues to others where it is outdated', async () => {
  const { listeners, steps, looks } = served({ waiting: 7, outdatedAfter: 0 });
  listeners.serve([0]);
  await listeners.empty();
  expect(looks()).toBe(0);
  expect(steps).toEqual(['accept 104', 'no longer accept 104', 'close 4', 'close 5']);
});

it('leaves the queues to others where it has not been told to serve yet', async () => {
  const { listeners, steps, looks } = served({ waiting: 7 });
  await listeners.empty();
  expect(looks()).toBe(0);
  expect(steps).toEqual(['close 4', 'close 5']);
});

it('leaves the rest to others once it is outdated', async () => {
  const { listeners, steps, looks } = served({ waiting: 7, outdatedAfter: 3 });
  listeners.serve([0]);
  await listeners.empty();
  expect(looks()).toBe(3);
  expect(steps).toEqual(['accept 104', 'accept 105', ...CLOSED]);
});
