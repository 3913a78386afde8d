// Whether an address can be listened on, found out before anything is started that would. In the process of whoever asks.
import { createServer } from 'node:net';
import { errorCode } from '@lb/core';
import { listenError, NO_IPV6 } from '../base/listen-error.ts';
import { loadLibc } from './system/libc.ts';
import { tryBinding } from './system/listening-sockets.ts';

/**
 * Binds a socket, and never accepts a client: one that comes meanwhile is refused. Without the binding to libc, listens for a
 * moment. Another program may take the port right after that, so this only finds a mistake early.
 * @throws {BalancerError} with the system's code, and what to do about it
 */
export async function tryListening(host: string, port: number): Promise<void> {
  const libc = loadLibc();
  try {
    if (libc instanceof Error) await listenForAMoment(host, port);
    else tryBinding(libc, host, port);
  } catch (error) {
    if (host === '::' && NO_IPV6.has(errorCode(error))) return tryListening('0.0.0.0', port);
    throw listenError(error, host, port);
  }
}

async function listenForAMoment(host: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
