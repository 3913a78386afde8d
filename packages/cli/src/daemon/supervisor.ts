// What `start` leaves running: a small process that starts a dead primary again. Arguments: the config's path, the log's path.
// It keeps the rights of whoever started it, since a new primary must open the port anew; it reads nothing from the network.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../logger.ts';
import { type DaemonMessage, report } from './messages.ts';

const PRIMARY_MODULE = fileURLToPath(new URL('./primary.js', import.meta.url));
/** ms before a primary that died is started again: doubled while it doesn't get as far as to run, up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

process.title = 'loadbalancer: supervisor';
const log = createLogger({ role: 'supervisor' });
let primary: ChildProcess | undefined;
let hasStarted = false;
let failures = 0;

function startPrimary(): void {
  const child = fork(PRIMARY_MODULE, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  primary = child;
  child.on('message', (message: DaemonMessage) => {
    if (message.type === 'started') {
      hasStarted = true;
      failures = 0;
    } else {
      log.error({}, `the primary cannot start: ${message.message}`);
    }
    report(message);
    if (process.connected) process.disconnect();
  });
  child.once('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`, code === 0));
}

function ended(how: string, wasAsked: boolean): void {
  report({ type: 'failed', message: `The balancer ended before it had started: ${how}.` });
  if (wasAsked) process.exit(0);
  if (!hasStarted) process.exit(1);
  const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
  failures += 1;
  log.error({ how, pauseMs: pause }, `the primary ended (${how}) and is started again in ${pause} ms`);
  primary = undefined;
  restart = setTimeout(startPrimary, pause);
}

let restart: NodeJS.Timeout | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    clearTimeout(restart);
    if (primary) primary.kill(signal);
    else process.exit(0);
  });
}
startPrimary();
