import { BalancerError } from '@lb/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ResolvedOptions } from '../../../options/index.ts';
import { later } from '../../../testing/cleanup.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import { until } from '../../../testing/until.ts';
import { WORKERS } from '../../../testing/worker-modules.ts';
import type { ToPrimary, WorkerInit } from '../../protocol/messages.ts';
import { WorkerSlot, type WorkerState } from './worker-slot.ts';

const { execPath } = process;

afterEach(() => {
  process.execPath = execPath;
});

function slotOf(worker: keyof typeof WORKERS, firstIndex = 0) {
  const log = new FakeLog();
  const states: WorkerState[] = [];
  const messages: ToPrimary[] = [];
  const news: string[] = [];
  const begun: number[] = [];
  let workers = 0;
  let index = firstIndex - 1;
  const slot = new WorkerSlot({
    index: 0,
    workerModule: WORKERS[worker],
    listeners: [],
    memory: undefined,
    log,
    config: { sourcePort: 80, sessionExpiry: 1 } as ResolvedOptions,
    init: (_worker, config) => {
      begun.push(config.sessionExpiry);
      index += 1;
      return {
        index,
        listeners: [],
        addresses: [],
        options: { process: {}, listener: { sourcePort: config.sourcePort }, pool: { targets: [] } },
        identity: undefined,
      } as unknown as WorkerInit;
    },
    nextWorker: () => {
      workers += 1;
      return workers;
    },
    onReady: (worker, port) => news.push(`ready ${worker} ${port}`),
    onExit: () => {},
    onLeft: (worker) => news.push(`left ${worker}`),
    onMessage: (_worker, message) => messages.push(message),
    onState: (state) => states.push(state),
  });
  later(() => {
    slot.drain(0, true);
    slot.kill();
    return slot.gone;
  });
  return { slot, log, states, messages, news, begun };
}

describe('a place of a worker', { timeout: 60_000 }, () => {
  it('is filled, and left when the worker has drained', async () => {
    const { slot, states, messages, news } = slotOf('ready');
    expect(slot.state).toBe('waiting');
    slot.start();
    expect(slot.accepting).toBe(true);
    await slot.started;
    expect(slot.pid).toBeGreaterThan(0);
    slot.drain(1_000, true);
    await slot.gone;
    expect(states.filter((state, n) => state !== states[n - 1])).toEqual(['starting', 'ready', 'draining', 'gone']);
    expect(messages).toEqual([]);
    expect(news).toEqual(['ready 1 80', 'left 1']);
    expect([slot.accepting, slot.pid]).toEqual([false, undefined]);
  });

  it('is given up when the first worker says why it cannot begin', async () => {
    const { slot } = slotOf('failing');
    slot.start();
    await expect(slot.started).rejects.toMatchObject({
      code: 'CONTROLLER_FAILED',
      message: 'the controller does not load',
    });
    await slot.gone;
  });

  it('is given up when the first worker dies three times before it is ready', async () => {
    const { slot, log } = slotOf('dying', 1);
    slot.start();
    await expect(slot.started).rejects.toMatchObject({ code: 'WORKER_FAILED', message: /exit code 7/ });
    await slot.gone;
    expect(log.details).toMatchObject([{ pauseMs: 100 }, { pauseMs: 200 }]);
  });

  it('is given up when no process can be had', async () => {
    const { slot } = slotOf('ready');
    process.execPath = '/nonexistent/node';
    slot.start();
    await expect(slot.started).rejects.toMatchObject({ code: 'WORKER_FAILED', message: /ENOENT/ });
    await slot.gone;
  });

  it('is filled again at once when a worker dies that was ready', async () => {
    const { slot, log, states } = slotOf('ready');
    slot.start();
    await slot.started;
    const { pid } = slot;
    slot.kill();
    await until('a successor', () => slot.state === 'ready' && slot.pid !== pid);
    const changes = states.filter((state, n) => state !== states[n - 1]);
    expect(changes).toEqual(['starting', 'ready', 'waiting', 'starting', 'ready']);
    expect(log.lines).toEqual(['error: worker 0 died (signal SIGKILL) and is replaced at once']);
  });

  it('is filled again with the options that were given last', async () => {
    const { slot, begun } = slotOf('ready');
    slot.start();
    await slot.started;
    slot.configure({ ...slot.config, sessionExpiry: 2 });
    slot.kill();
    await until('a successor', () => slot.state === 'ready' && begun.length === 2);
    expect(begun).toEqual([1, 2]);
  });

  it('is given up when the first worker is found not to get ready', async () => {
    const { slot } = slotOf('ready');
    slot.start();
    slot.fail(new BalancerError('too late', { code: 'CONTROLLER_LATE' }));
    await expect(slot.started).rejects.toMatchObject({ code: 'CONTROLLER_LATE', message: 'too late' });
    await slot.gone;
  });

  it('is filled again after a growing pause while workers keep dying before they are ready', async () => {
    const { slot, log } = slotOf('dying');
    slot.start();
    await slot.started;
    slot.kill();
    await until('some deaths', () => log.lines.length >= 4);
    expect(log.details).toMatchObject([{ pauseMs: 0 }, { pauseMs: 100 }, { pauseMs: 200 }, { pauseMs: 400 }]);
    expect(log.lines[1]).toBe('error: worker 0 died before it was ready (exit code 7) and is replaced in 100 ms');
  });

  it('is filled again when the system had no process for a moment', async () => {
    const { slot, log } = slotOf('ready');
    slot.start();
    await slot.started;
    process.execPath = '/nonexistent/node';
    slot.kill();
    await until('an attempt that failed', () => log.lines.some((line) => line.includes('ENOENT')));
    process.execPath = execPath;
    await until('a successor', () => slot.state === 'ready');
  });

  it('is left without a wait for a worker that is not there', async () => {
    const { slot, states } = slotOf('dying');
    slot.start();
    await slot.started;
    slot.kill();
    await until('a pause', () => states.filter((state) => state === 'waiting').length === 2);
    slot.drain(60_000, true);
    expect(slot.state).toBe('gone');
    await slot.gone;
  });

  it('is left at once by a worker that was not ready', async () => {
    const { slot } = slotOf('ready');
    slot.start();
    slot.drain(60_000, true);
    await expect(slot.started).rejects.toMatchObject({ code: 'STOPPED' });
    await slot.gone;
  });
});
