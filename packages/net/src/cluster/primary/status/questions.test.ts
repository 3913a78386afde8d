import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BalancerStatus } from '../../../proxy/balancer-status.ts';
import type { ToWorker } from '../../protocol/messages.ts';
import type { WorkerSlot, WorkerState } from '../supervision/worker-slot.ts';
import { Questions } from './questions.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function slot(state: WorkerState, worker = 0): { slot: WorkerSlot; asked: number[] } {
  const asked: number[] = [];
  const send = (message: ToWorker): void => {
    if (message.type === 'status') asked.push(message.request);
  };
  return { slot: { state, worker, send } as Partial<WorkerSlot> as WorkerSlot, asked };
}

const question = (request: number): ToWorker => ({ type: 'status', request });
const status = (connections: number): BalancerStatus => ({ connections }) as BalancerStatus;

it('asks those that can answer, and gives the answers in the order of the places', async () => {
  const questions = new Questions<BalancerStatus>();
  const [ready, starting, draining, waiting, gone] = (
    ['ready', 'starting', 'draining', 'waiting', 'gone'] as const
  ).map((state) => slot(state));
  const asked = questions.ask(
    [ready, starting, draining, waiting, gone].map((each) => each?.slot as WorkerSlot),
    question,
  );
  expect([starting, waiting, gone].flatMap((each) => each?.asked)).toEqual([]);
  questions.answer(0, draining?.asked[0] as number, status(2));
  questions.answer(0, ready?.asked[0] as number, status(1));
  expect(await asked).toEqual([status(1), undefined, status(2), undefined, undefined]);
  expect(vi.getTimerCount()).toBe(0);
});

it('waits no longer than a second for one that is busy, and ignores its late answer', async () => {
  const questions = new Questions<BalancerStatus>();
  const [busy, quick] = [slot('ready'), slot('ready')];
  const asked = questions.ask([busy.slot, quick.slot], question);
  questions.answer(quick.slot.worker, quick.asked[0] as number, status(1));
  vi.advanceTimersByTime(1_000);
  expect(await asked).toEqual([undefined, status(1)]);
  questions.answer(busy.slot.worker, busy.asked[0] as number, status(2));
  expect(vi.getTimerCount()).toBe(0);
});

it('takes no answer from a worker that was not asked', async () => {
  const questions = new Questions<BalancerStatus>();
  const one = slot('ready', 1);
  const asked = questions.ask([one.slot], question);
  questions.answer(2, one.asked[0] as number, status(2));
  questions.answer(1, one.asked[0] as number, status(1));
  expect(await asked).toEqual([status(1)]);
});

it('tells questions apart that are asked at the same time', async () => {
  const questions = new Questions<BalancerStatus>();
  const one = slot('ready');
  const both = [questions.ask([one.slot], question), questions.ask([one.slot], question)];
  expect(new Set(one.asked).size).toBe(2);
  questions.answer(one.slot.worker, one.asked[1] as number, status(2));
  questions.answer(one.slot.worker, one.asked[0] as number, status(1));
  expect(await Promise.all(both)).toEqual([[status(1)], [status(2)]]);
});

it('waits for no answer of one that has left', async () => {
  const questions = new Questions<BalancerStatus>();
  const [leaving, other] = [slot('draining', 1), slot('ready', 2)];
  const asked = questions.ask([leaving.slot, other.slot], question);
  questions.left(1);
  questions.answer(other.slot.worker, other.asked[0] as number, status(1));
  expect(await asked).toEqual([undefined, status(1)]);
  expect(vi.getTimerCount()).toBe(0);
});
