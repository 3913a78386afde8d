import type { AddressNotice, FromPrimary } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { TestListener } from '../../testing/test-listener.ts';
import type { ToWorker } from '../protocol/messages.ts';
import { RunningAgreement } from './running-agreement.ts';
import { TargetNames } from './target-names.ts';

const WORKER = 1;

/** A primary's names, with a worker that answers each change of epoch at once. @param left by an earlier primary */
async function setUp(port = 80, addresses = ['127.0.0.1', '127.0.0.2'], left: readonly AddressNotice[] = []) {
  const { options } = resolveOptions({ sourcePort: 8080, targets: [{ host: 'app', port }] });
  const log = new FakeLog();
  const told: ToWorker[] = [];
  const answers = { app: addresses };
  const asked: string[] = [];
  const channel = {
    tell: (_: number, message: ToWorker) => {
      told.push(message);
      if (message.type === 'agreement') prepare(message.message);
    },
    tellAll: (message: ToWorker) => void told.push(message),
    pidOf: () => undefined,
  };
  const prepare = (message: FromPrimary) => {
    if (message.type !== 'prepare') return;
    queueMicrotask(() => agreement.core.receive(WORKER, { type: 'prepared', epoch: message.epoch }, 0));
  };
  const lookup = async (name: string) => {
    asked.push(name);
    return answers.app;
  };
  const names = new TargetNames({ log, channel, options: () => options, lookup }, () => agreement.core);
  const agreement = new RunningAgreement(options, log, channel, names);
  await names.discovered.watchUntilUsable(options.targets);
  names.resume(left);
  agreement.core.join(WORKER, 0);
  const close = () => {
    names.discovered.close();
    agreement.close();
  };
  /** What the worker was sent since the last call. */
  const news = () => told.splice(0).map((message) => (message.type === 'agreement' ? message.message : message));
  return { names, agreement, news, answers, asked, close, log };
}

/** The agreed address of the only target. */
const addressOf = ({ agreement }: Awaited<ReturnType<typeof setUp>>) => agreement.core.targets[0]?.address;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval'] }));
afterEach(() => void vi.useRealTimers());

it('has the first address agreed on before a worker begins', async () => {
  const made = await setUp();
  expect(addressOf(made)).toBe('127.0.0.1');
  expect(made.news()).toMatchObject([{ type: 'endpoints' }, { type: 'epoch', targets: [{ address: '127.0.0.1' }] }]);
  made.close();
});

it('has the address that an earlier primary has left agreed on before a worker begins', async () => {
  const made = await setUp(80, ['127.0.0.1', '127.0.0.2'], [['app:80', '127.0.0.2']]);
  expect(made.news()).toMatchObject([{ type: 'endpoints' }, { type: 'epoch', targets: [{ address: '127.0.0.2' }] }]);
  made.close();
});

it('tells a worker that asks what has changed, and then that this is all, with one look-up a second', async () => {
  const made = await setUp();
  const { names, news, answers, asked } = made;
  news();
  answers.app = ['127.0.0.3'];
  vi.advanceTimersByTime(1_000);
  for (let n = 0; n < 100; n += 1) names.receive(WORKER, { type: 'resolve', target: 'app:80' });
  await vi.waitFor(() => expect(made.agreement.core.awaited).toEqual([]));
  await vi.waitFor(() => expect(addressOf(made)).toBe('127.0.0.3'));
  const types = news().map(({ type }) => type);
  expect(types.filter((type) => type !== 'epoch').slice(0, 3)).toEqual(['endpoints', 'prepare', 'resolved']);
  expect(types.filter((type) => type === 'resolved')).toHaveLength(100);
  expect(types.filter((type) => type === 'epoch')).toHaveLength(1);
  expect(asked).toHaveLength(2);
  names.receive(WORKER, { type: 'resolve', target: 'unknown:80' });
  await vi.waitFor(() => expect(news()).toEqual([{ type: 'resolved', target: 'unknown:80' }]));
  made.close();
});

it('leaves an address that refuses for the one that has answered', async () => {
  const made = await setUp(TestListener.refusingPort());
  const { names, agreement } = made;
  const target = agreement.core.targets[0]?.id as string;
  names.receive(WORKER, { type: 'answered', target, address: '127.0.0.2', silent: '127.0.0.1' });
  await vi.waitFor(() => expect(addressOf(made)).toBe('127.0.0.2'));
  made.close();
});

it('stays with an address that answers, whatever a worker reports', async () => {
  const listener = TestListener.open();
  const made = await setUp(listener.port);
  const { names, agreement } = made;
  const target = agreement.core.targets[0]?.id as string;
  const report = () => names.receive(WORKER, { type: 'answered', target, address: '127.0.0.2', silent: '127.0.0.1' });
  report();
  await listener.accept();
  // The next probe is made when the first is over, and has changed nothing.
  await vi.waitFor(() => {
    report();
    expect(listener.takeNext()).toBeDefined();
  });
  expect(addressOf(made)).toBe('127.0.0.1');
  made.close();
});

it('looks all names up again for a reload, and does not wait long for those that it knows', async () => {
  const made = await setUp();
  made.answers.app = ['127.0.0.4'];
  await made.names.renewAll();
  expect(made.news().some((message) => message.type === 'endpoints')).toBe(true);
  await made.names.renewAll([{ host: 'other', port: 80 }]);
  expect(made.asked).toEqual(['app', 'app', 'other', 'other'].slice(0, made.asked.length));
  expect([...made.names.discovered.endpoints.keys()]).toEqual(['other:80']);
  made.close();
});
