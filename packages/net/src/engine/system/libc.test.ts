import { readFileSync } from 'node:fs';
import { BalancerError } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../testing/descriptors.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { AF_INET, type Libc, loadLibc, SO_REUSEADDR, SOCK_CLOEXEC, SOCK_STREAM, SOL_SOCKET } from './libc.ts';
import { encodeSockaddr, socketAddress } from './sockaddr.ts';

const libc = loadLibc() as Libc;

function socket(type = SOCK_STREAM): number {
  const fd = libc.socket(AF_INET, type);
  later(() => libc.close(fd));
  return fd;
}

function closesOnExec(fd: number): boolean {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & SOCK_CLOEXEC) !== 0;
}

describe('the binding to libc', () => {
  it('is loaded once', () => {
    expect(loadLibc()).not.toBeInstanceOf(Error);
    expect(loadLibc()).toBe(libc);
  });

  it('opens, binds, listens and closes', async () => {
    const before = openDescriptors();
    const fd = libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC);
    libc.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    libc.bind(fd, encodeSockaddr('127.0.0.1', 0));
    libc.listen(fd, 16);
    const { port } = socketAddress(libc.getsockname(fd));
    await TestSocket.connect(port);
    libc.close(fd);
    await expect(TestSocket.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expectDescriptors(before + 2); // the clients', which the test closes
  });

  it("names the call and the system's code when one fails", () => {
    const fd = socket();
    const { port } = TestListener.open();
    const bind = (): void => libc.bind(fd, encodeSockaddr('127.0.0.1', port));
    expect(bind).toThrow(BalancerError);
    expect(bind).toThrow(expect.objectContaining({ code: 'EADDRINUSE', message: 'bind failed: EADDRINUSE' }));
    expect(() => libc.close(-1)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => libc.socket(-1, SOCK_STREAM)).toThrow(expect.objectContaining({ code: 'EAFNOSUPPORT' }));
  });

  it('duplicates a descriptor, so that each can be closed by itself', async () => {
    const listener = TestListener.open();
    const copy = libc.duplicate(listener.fd);
    expect(copy).not.toBe(listener.fd);
    expect(closesOnExec(copy)).toBe(true);
    libc.close(copy);
    await TestSocket.connect(listener.port);
  });

  it('keeps a descriptor from children', () => {
    const fd = socket();
    expect(closesOnExec(fd)).toBe(false);
    libc.closeOnExec(fd);
    expect(closesOnExec(fd)).toBe(true);
  });
});
