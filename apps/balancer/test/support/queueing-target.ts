// A target on a unix-domain socket with a short accept queue, which can be made to stand still: then its queue fills up, and the
// kernel refuses whoever comes after that.
import { join } from 'node:path';
import { temporaryFolder } from './balancer.ts';
import { spawned } from './cleanup.ts';
import { pause } from './processes.ts';
import { until } from './wait.ts';

/** Linux lets one more wait. */
export const BACKLOG = 4;

/** Says its name and how many clients have come so far, in one line. */
const GREET = `
  const [name, path] = process.argv.slice(1);
  let clients = 0;
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.write(name + ' ' + (clients += 1) + '\\n');
  }).listen({ path, backlog: ${BACKLOG} }, () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

export interface QueueingTarget {
  readonly path: string;
  standStill(): Promise<void>;
  goOn(): void;
}

export async function queueingTarget(name: string): Promise<QueueingTarget> {
  const path = join(await temporaryFolder(), 'target.sock');
  const child = spawned(process.execPath, ['-e', GREET, name, path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let listening = false;
  child.once('message', () => {
    listening = true;
  });
  await until('the target to listen', () => listening);
  const pid = child.pid as number;
  return { path, standStill: () => pause(pid), goOn: () => void process.kill(pid, 'SIGCONT') };
}
