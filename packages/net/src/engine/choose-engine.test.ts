// The engine of each value of the option, and what is used where the best one cannot run.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessOptions } from '../options/index.ts';
import { optionNodes } from '../options/option-nodes.ts';
import { FakeLog } from '../testing/fake-log.ts';

const values = (optionNodes.get('engine')?.enum ?? []) as ProcessOptions['engine'][];

async function load() {
  return (await import('./choose-engine.ts')).chooseEngine;
}

beforeEach(() => {
  vi.resetModules();
  vi.doUnmock('./epoll/engine.ts');
});

it.each(values.filter((value) => value !== 'auto'))('gives the engine %s, the same one each time', async (name) => {
  const chooseEngine = await load();
  const engine = chooseEngine(name, new FakeLog());
  expect(engine.name).toBe(name);
  expect(chooseEngine(name, new FakeLog())).toBe(engine);
});

it('takes the best engine that runs', async () => {
  const log = new FakeLog();
  expect((await load())('auto', log).name).toBe('epoll');
  expect(log.lines).toEqual([]);
});

describe('where epoll cannot run', () => {
  beforeEach(() => {
    vi.doMock('./epoll/engine.ts', () => ({ createEpollEngine: () => new Error('no epoll here') }));
  });

  it('takes the next one, and says why', async () => {
    const log = new FakeLog();
    expect((await load())('auto', log).name).toBe('streams');
    expect(log.lines).toEqual([
      expect.stringContaining('the engine "streams" is used, which costs more than "epoll": no epoll here'),
    ]);
  });

  it('refuses it by name', async () => {
    const chooseEngine = await load();
    expect(() => chooseEngine('epoll', new FakeLog())).toThrow('The engine "epoll" cannot run here: no epoll here.');
  });
});
