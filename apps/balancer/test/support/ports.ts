// Ports for servers that go away and come back on the same one.
import { createServer } from 'node:net';

/**
 * A free port below the range that the kernel gives to clients: on one of those, a client's own connection may sit when the
 * server comes back.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false));
      server.listen(port, '::', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
