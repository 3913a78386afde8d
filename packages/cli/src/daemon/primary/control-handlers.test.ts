// What a primary answers over the control socket; with a made-up primary.
import { expect, it, vi } from 'vitest';
import { sessionDocument, statusDocument } from '../../testing/documents.ts';
import { fakeLog } from '../../testing/fake-log.ts';
import { type ControlledBalancer, controlHandlers } from './control-handlers.ts';

const document = statusDocument();

function begin() {
  const options = { shutdownTimeout: document.shutdownTimeoutMs };
  const config = { path: document.configPath, options, notices: ['mind this'] };
  const primary = {
    status: async () => document,
    findSession: async () => sessionDocument(),
    setMode: vi.fn(async (target, mode) => ({ target, mode, previous: 'enabled' })),
  };
  const reloading = { config, reload: async () => ({ config, changed: ['targets'], workersReplaced: 2 }) };
  const { logPath, supervisorPid } = document;
  const balancer = { primary, reloading, onStopping: vi.fn(), stop: vi.fn(), log: fakeLog(), logPath, supervisorPid };
  return { ...balancer, handlers: controlHandlers(balancer as unknown as ControlledBalancer, 0) };
}

it('tells how it is', async () => {
  const { handlers } = begin();
  const { epoch, targets } = document;
  expect(await handlers.status()).toEqual(document);
  expect(await handlers.targets()).toEqual({ version: 1, index: 0, epoch, targets });
  expect(await handlers.session('203.0.113.7')).toEqual(sessionDocument());
});

it('reloads, with the notices of the config', async () => {
  expect(await begin().handlers.reload()).toEqual({
    version: 1,
    index: 0,
    configPath: '/etc/lb/config.json',
    changed: ['targets'],
    workersReplaced: 2,
    notices: ['mind this'],
  });
});

it('sets a target by any spelling of its name', async () => {
  const { handlers, primary } = begin();
  const answer = await handlers.setMode('[0:0::1]:80', 'draining', true);
  expect(answer).toMatchObject({ version: 1, index: 0, target: '[::1]:80', mode: 'draining', previous: 'enabled' });
  expect(primary.setMode).toHaveBeenCalledWith('[::1]:80', 'draining', true);
  await expect(handlers.setMode('localhost', 'draining', true)).rejects.toMatchObject({ code: 'INVALID_TARGET' });
  expect(primary.setMode).toHaveBeenCalledOnce();
});

it('stops once it has said which processes will end', async () => {
  const { handlers, stop } = begin();
  expect(await handlers.stop()).toEqual({ version: 1, pids: [100, 101, 102] });
  expect(stop).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(stop).toHaveBeenCalledOnce());
});

it('reports that it stops before the log and the answer say so', async () => {
  const { handlers, onStopping, log } = begin();
  onStopping.mockImplementation(() => expect(log.lines).toEqual([]));
  await handlers.stop();
  expect(onStopping).toHaveBeenCalledOnce();
  expect(log.lines).toHaveLength(1);
});
