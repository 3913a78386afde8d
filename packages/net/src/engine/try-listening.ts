// Whether an address can be listened on, found out before anything is started that would. In the process of whoever asks.
import { createServer } from 'node:net';
import { errorCode } from '../base/errors.ts';
import { listenError, NO_IPV6 } from './listen-error.ts';

/**
 * Listens for a moment. Another program may take the port right after that, so this only finds a mistake early.
 * @throws {BalancerError} with the system's code, and what to do about it
 */
export async function tryListening(host: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    if (host === '::' && NO_IPV6.has(errorCode(error))) return tryListening('0.0.0.0', port);
    throw listenError(error, host, port);
  }
  await new Promise((resolve) => server.close(resolve));
}
