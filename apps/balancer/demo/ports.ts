// Choosing the port that the demo's balancer listens on. Only a choice: the balancer itself binds it afterwards.
import { createServer } from 'node:net';

const NEIGHBOURS = 20;

export async function choosePort(wanted: number): Promise<number> {
  for (let port = wanted; port > 0 && port <= Math.min(wanted + NEIGHBOURS, 65535); port++) {
    if (await isFree(port)) return port;
  }
  return anyFreePort();
}

// Both, because a browser may take localhost for either: someone else's server on ::1 would hide ours.
async function isFree(port: number): Promise<boolean> {
  return (await canListen('127.0.0.1', port)) && (await canListen('::1', port));
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(true);
      else reject(error);
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
