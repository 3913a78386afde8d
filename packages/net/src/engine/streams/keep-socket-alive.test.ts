// Keep-alive of a socket whose descriptor is not known; with one, the engine's contract looks at what the kernel was told.
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { keepSocketAlive } from './keep-socket-alive.ts';

/** @param handle as libuv has it */
function playedSocket(handle: object | null) {
  const calls: unknown[][] = [];
  const socket = { _handle: handle, setKeepAlive: (...args: unknown[]) => calls.push(args) };
  return { socket: socket as unknown as Socket, calls };
}

it("is Node's own, with the same time of silence", () => {
  const { socket, calls } = playedSocket({ fd: -1, setKeepAlive: () => {} });
  keepSocketAlive(socket);
  keepSocketAlive(socket, true, 5);
  keepSocketAlive(socket, false);
  expect(calls).toEqual([
    [true, 60_000],
    [true, 5_000],
    [false, 60_000],
  ]);
});

it.each([
  ['is closed', null],
  ['is of the unix domain', { fd: 1 }],
])('is nothing for a socket that %s', (_, handle) => {
  const { socket, calls } = playedSocket(handle);
  keepSocketAlive(socket);
  expect(calls).toEqual([]);
});
