import { describe, expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { openDescriptors } from '../../testing/descriptors.ts';
import { posix } from '../../testing/posix.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import { type Libc, loadLibc } from './libc.ts';
import { type Listeners, openListeners } from './listening-sockets.ts';

const libc = loadLibc() as Libc;

function opened(host: string, port: number, count: number): Listeners {
  const listeners = openListeners(libc, host, port, count);
  later(() => {
    for (const fd of listeners.fds) libc.close(fd);
  });
  return listeners;
}

describe('the listeners', () => {
  it('are as many as asked for, on one port, and all of them get connections', async () => {
    const { fds, port, host } = opened('127.0.0.1', 0, 4);
    expect([fds.length, new Set(fds).size, host]).toEqual([4, 4, '127.0.0.1']);
    expect(port).toBeGreaterThan(0);
    const accepted = new Set<number>();
    await until('a connection at each', () => {
      TestSocket.begin(port);
      for (const [index, fd] of fds.entries()) {
        const connection = posix.accept(fd);
        if (connection === undefined) continue;
        accepted.add(index);
        posix.close(connection);
      }
      return accepted.size === 4;
    });
  });

  it.each(['127.0.0.1', '::', '0.0.0.0', '::1'])('of %s cannot be opened twice, though they share a port', (host) => {
    const { port } = opened(host, 0, 2);
    const before = openDescriptors();
    for (const count of [1, 2]) {
      expect(() => openListeners(libc, host, port, count)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    }
    expect(openDescriptors()).toBe(before);
  });

  it('cannot take the port of another program', () => {
    const { port } = TestListener.open();
    expect(() => openListeners(libc, '127.0.0.1', port, 2)).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', message: expect.stringContaining(`port ${port} of 127.0.0.1`) }),
    );
  });

  it('can be opened again once they are closed, though connections linger', async () => {
    const { fds, port } = openListeners(libc, '127.0.0.1', 0, 2);
    const client = await TestSocket.connect(port);
    const connection = await until('the connection', () => fds.map((fd) => posix.accept(fd)).find((fd) => fd));
    posix.close(connection);
    expect(await client.ending()).toBe('end');
    client.close();
    for (const fd of fds) libc.close(fd);
    opened('127.0.0.1', port, 2);
  });

  it('of :: take IPv4 clients too, and those of ::1 do not', async () => {
    const all = opened('::', 0, 1);
    await TestSocket.connect(all.port, { host: '127.0.0.1' });
    await TestSocket.connect(all.port, { host: '::1' });
    const own = opened('::1', 0, 1);
    await TestSocket.connect(own.port, { host: '::1' });
    await expect(TestSocket.connect(own.port, { host: '127.0.0.1' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('say what is wrong with an address that is not of this machine', () => {
    expect(() => openListeners(libc, '192.0.2.1', 0, 1)).toThrow(
      expect.objectContaining({ code: 'EADDRNOTAVAIL', message: expect.stringContaining('sourceHost') }),
    );
  });
});
