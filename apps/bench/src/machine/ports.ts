// Ports for the benchmark's servers.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const LEAST = 10_000;
const USUAL_RANGE = 32_768;

/**
 * A free port below the range that the kernel gives to clients: on one of those, an ended connection of a client may sit
 * when a server wants it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LEAST + Math.floor(Math.random() * (clientRange() - LEAST));
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false));
      server.listen(port, () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

function clientRange(): number {
  try {
    return Math.max(LEAST + 1000, Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10));
  } catch {
    return USUAL_RANGE;
  }
}
