// A target that doesn't answer: its program stands still and its queue is full, so the kernel drops whoever comes.

import { spawned } from './cleanup.ts';
import { clientAddress, clientSocket } from './clients.ts';
import { queueOf } from './kernel-sockets.ts';
import { lastingPort } from './ports.ts';
import { pause } from './processes.ts';
import { until } from './wait.ts';

/** Linux lets one more wait. */
const BACKLOG = 1;

const LISTEN = `
  const at = { port: Number(process.argv[1]), host: '127.0.0.1', backlog: ${BACKLOG} };
  require('node:net').createServer().listen(at, () => {
    process.send('listening');
  });
  process.on('disconnect', () => process.exit());
`;

export async function silentTarget(): Promise<{ host: string; port: number }> {
  const port = await lastingPort();
  const child = spawned(process.execPath, ['-e', LISTEN, String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let listening = false;
  child.once('message', () => {
    listening = true;
  });
  await until('the silent target to listen', () => listening);
  await pause(child.pid as number);
  await until('its queue to be full', () => {
    if ((queueOf(port) ?? 0) > BACKLOG) return true;
    clientSocket(port, clientAddress(0));
    return false;
  });
  return { host: '127.0.0.1', port };
}
