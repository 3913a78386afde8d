// The engine of a setup, and what becomes of inherited listeners where there is none.
import { expect, it } from 'vitest';
import { type Libc, loadLibc } from '../../../engine/system/libc.ts';
import { openListeners } from '../../../engine/system/listening-sockets.ts';
import { type BalancerOptions, resolveOptions } from '../../../options/index.ts';
import { later } from '../../../testing/cleanup.ts';
import { openDescriptors } from '../../../testing/descriptors.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import { OpenedListeners } from '../listeners/opened-listeners.ts';
import { planReload } from './reload-plan.ts';
import { nextSetup, openSetup, type Setup } from './setup.ts';

const libc = loadLibc() as Libc;

function optionsOf(more: Partial<BalancerOptions> = {}) {
  const targets = [{ host: '127.0.0.1', port: 1 }];
  const least = { sourceHost: '127.0.0.1', sourcePort: 0, targets, balancerCount: 2 };
  return resolveOptions({ ...least, engine: 'streams', ...more }).options;
}

function opened(options = optionsOf()): Setup {
  const setup = openSetup(options, new FakeLog());
  later(() => closeAll(setup));
  return setup;
}

function closeAll({ listeners }: Setup): void {
  for (const fd of listeners?.fds ?? []) libc.close(fd);
}

function reloaded(present: Setup, more: Partial<BalancerOptions>): Setup {
  const given = optionsOf(more);
  return nextSetup(present, given, planReload(present.given, given), new OpenedListeners(), new FakeLog());
}

it('leaves no inherited listener open when there is no engine', () => {
  opened(); // what an engine opens once
  const before = openDescriptors();
  const { fds, port } = openListeners(libc, '127.0.0.1', 0, 3);
  expect(() => openSetup(optionsOf({ sourcePort: port, transparent: true }), new FakeLog(), fds)).toThrow(
    expect.objectContaining({ code: 'NOT_TRANSPARENT' }),
  );
  expect(openDescriptors()).toBe(before);
});

it('goes on with the engine in use, unless a reload names another one', () => {
  const best = opened(optionsOf({ engine: 'auto' }));
  expect(best.options.engine).toBe('epoll');
  const other: Setup = { ...best, options: { ...best.options, engine: 'streams' } };
  expect(reloaded(other, { engine: 'auto' }).options.engine).toBe('streams');
  expect(reloaded(other, { engine: 'epoll' }).options.engine).toBe('epoll');
});

it('refuses a reload to what the engine cannot do', () => {
  expect(() => reloaded(opened(), { transparent: true })).toThrow(expect.objectContaining({ code: 'NOT_TRANSPARENT' }));
});
