// What `start` leaves running: a small process that starts a dead primary again. Arguments: the config's path, the log's path.
// It keeps the rights of whoever started it, since a new primary must open the port anew; it reads nothing from the network.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childFlags } from '@lb/net/internal';
import { removeDeadSocket } from '../control/dead-socket.ts';
import { controlFolder, socketPath } from '../control/folder.ts';
import { createLogger } from '../logger.ts';
import { type DaemonMessage, report } from './messages.ts';

const PRIMARY_MODULE = fileURLToPath(new URL('./primary.js', import.meta.url));
/** ms before a primary that died is started again: doubled while it doesn't get as far as to run, up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

process.title = 'loadbalancer: supervisor';
const log = createLogger({ role: 'supervisor' });
let primary: ChildProcess | undefined;
let index: number | undefined;
let hasStarted = false;
/** Whether the primary that there is now has started; before that, SIGHUP would end it. */
let isReady = false;
let isReloadWanted = false;
let isStopping = false;
let failures = 0;

function startPrimary(): void {
  const child = fork(PRIMARY_MODULE, process.argv.slice(2), {
    execArgv: childFlags(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  primary = child;
  child.on('message', (message: DaemonMessage) => {
    if (message.type === 'started') {
      index = message.index;
      hasStarted = true;
      isReady = true;
      failures = 0;
      if (isReloadWanted) reload();
    } else {
      log.error({}, `the primary cannot start: ${message.message}`);
    }
    report(message);
    if (process.connected) process.disconnect();
  });
  child.once('exit', (code, signal) => {
    const end = () => ended(signal ? `signal ${signal}` : `exit code ${code}`, code === 0);
    // What it said last may still be on its way.
    if (child.connected) child.once('disconnect', end);
    else end();
  });
}

function reload(): void {
  isReloadWanted = !isReady;
  if (isReady) primary?.kill('SIGHUP');
}

function ended(how: string, wasAsked: boolean): void {
  primary = undefined;
  isReady = false;
  const reason = wasAsked ? 'The balancer was stopped before' : `The balancer ended (${how}) before`;
  report({ type: 'failed', message: `${reason} it accepted connections; see the log.` });
  if (wasAsked || isStopping) return void leave(0);
  if (!hasStarted) return void leave(1);
  const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
  failures += 1;
  log.error({ how, pauseMs: pause }, `the primary ended (${how}) and is started again in ${pause} ms`);
  restart = setTimeout(startPrimary, pause);
}

/** A primary that has changed its user can't remove its socket from this user's folder. */
async function leave(code: number): Promise<void> {
  if (index !== undefined) await removeDeadSocket(socketPath(controlFolder(), index)).catch(() => {});
  process.exit(code);
}

let restart: NodeJS.Timeout | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    isStopping = true;
    clearTimeout(restart);
    if (primary) primary.kill(signal);
    else void leave(0);
  });
}
process.on('SIGHUP', reload);
startPrimary();
