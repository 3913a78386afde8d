import { endProcess } from '@lb/net/internal';
import { afterEach, expect, it, vi } from 'vitest';
import { obeySupervisor } from './supervisor-signals.ts';

vi.mock('@lb/net/internal', async (original) => ({ ...(await original<object>()), endProcess: vi.fn() }));
const before = process.listeners('message');
afterEach(() => {
  process.removeAllListeners('message');
  for (const listener of before) process.on('message', listener);
});

it('acts as on the signal, and ends where nobody handles it yet', () => {
  process.removeAllListeners('message');
  const heard = vi.fn();
  process.once('SIGHUP', heard);
  obeySupervisor();
  for (const message of [null, 'SIGHUP', { type: 'signal', signal: 'SIGKILL' }])
    process.emit('message', message, undefined);
  expect(heard).not.toHaveBeenCalled();
  process.emit('message', { type: 'signal', signal: 'SIGHUP' }, undefined);
  expect(heard).toHaveBeenCalledOnce();
  expect(endProcess).not.toHaveBeenCalled();
  process.emit('message', { type: 'signal', signal: 'SIGHUP' }, undefined);
  expect(endProcess).toHaveBeenCalledExactlyOnceWith(1);
});
