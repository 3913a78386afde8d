import { expect, it } from 'vitest';
import { type Libc, loadLibc } from '../../../engine/system/libc.ts';
import { openListeners } from '../../../engine/system/listening-sockets.ts';
import { later } from '../../../testing/cleanup.ts';
import { TestSocket } from '../../../testing/test-socket.ts';
import type { WorkerSlot } from '../supervision/worker-slot.ts';
import { OpenedListeners } from './opened-listeners.ts';

const libc = loadLibc() as Libc;

it('frees the port of listeners that a worker which hangs still has, once no other one needs them', async () => {
  const opened = new OpenedListeners();
  const listeners = openListeners(libc, '127.0.0.1', 0, 2);
  const { port } = listeners;
  const inherited = listeners.fds.map((fd) => libc.duplicate(fd));
  later(() => inherited.map(libc.close));
  opened.add(listeners, { sourceHost: '127.0.0.1', sourcePort: port });
  const slot = { state: 'draining', accepting: true, listeners: listeners.fds };
  opened.closeUnused([slot as unknown as WorkerSlot], undefined);
  const waiting = await TestSocket.connect(port);

  opened.closeUnused([], undefined);
  expect(await waiting.ending()).toBe('reset');
  await expect(TestSocket.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(inherited.map((fd) => libc.isReadable(fd))).toEqual([false, false]);

  const next = openListeners(libc, '127.0.0.1', port, 2);
  later(() => next.fds.map(libc.close));
  await TestSocket.connect(port);
});
