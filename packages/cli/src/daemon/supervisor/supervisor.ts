// What `start` leaves running: a small process that starts a dead primary again. Arguments: the config's path, the log's path, and `fresh`
// where the first primary forgets what an earlier one has kept.
// It keeps the rights of whoever started it, since a new primary may have to open the port anew. It holds the listeners of its
// primary meanwhile, and accepts nothing from them: it reads nothing from the network.
import type { ChildProcess } from 'node:child_process';
import { ListenerKeeper, neverWaitAtExit, setLongTimeout } from '@lb/net/internal';
import { removeDeadSocket } from '../../control/dead-socket.ts';
import { controlFolder, makeControlFolder, socketPath } from '../../control/folder.ts';
import { endOfOrphans, killOrphans } from '../../control/orphans.ts';
import { addSupervisor, claimSupervisor, removeSupervisor, type Supervisor } from '../../control/supervisors.ts';
import { LogOutput } from '../../logging/log-output.ts';
import { createLogger } from '../../logging/logger.ts';
import { DAEMON_PROTOCOL_VERSION, type FromPrimary, type LastConfigMessage, report } from '../daemon-messages.ts';
import { forkPrimary } from './fork-primary.ts';
import { keepFolder } from './keep-folder.ts';
import { LastConfig } from './last-config.ts';
import { PrimaryWatch } from './primary-watch.ts';
import { killPrimary, signalPrimary } from './signal-primary.ts';

/** ms before a primary that died is started again: doubled while it doesn't get as far as to run, up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** Primaries in a row that are killed while they start, or cannot be forked, after which clients no longer wait but are refused. */
const MOST_KILLED = 3;
/** ms beyond `shutdownTimeout` after which workers of a dead primary hang: theirs began before, when it died. */
const ORPHANS_GRACE = 1_000;
/** ms beyond `shutdownTimeout` after which a primary that has been asked to stop hangs: fewer than `stop` waits. */
const HANG_GRACE = 10_000;
/** ms after which another signal means not to wait. */
const IMPATIENCE = 1_000;

const [configPath = '', logPath = '', ...fresh] = process.argv.slice(2);
process.title = 'loadbalancer: supervisor';
// The config may be on a file system that hangs.
neverWaitAtExit();
const log = createLogger({ role: 'supervisor' });
const output = new LogOutput(1);
const listeners = ListenerKeeper.create(log);
const lastConfig = new LastConfig(configPath);
let primary: ChildProcess | undefined;
let watch: PrimaryWatch | undefined;
let index: number | undefined;
let hasStarted = false;
/** Whether the primary that there is now has started; before that, SIGHUP would end it. */
let isReady = false;
/** Whether the last one that was started again could not start with the config that was in use: the file has its turn. */
let isFileNext = false;
let isReloadWanted = false;
let isStopping = false;
/** Whether the last try to leave the file of this supervisor has succeeded: each failure in a row would be logged otherwise. */
let isKnown = true;
/** Whether this process is of another release than the code on disk, so that it can start no primary any more. */
let isOutdated = false;
let stoppingSince = 0;
let isLeaving = false;
let failures = 0;
let shutdownTimeoutMs: number | undefined;
/** Of the config that the primary has, once it has started. */
let fingerprint = '';

function startPrimary(): void {
  const child = forkPrimary({ argumentsWith, listeners, output, log, onMessage: receive, onEnd: ended });
  if (child === undefined) return;
  const { pid } = child;
  primary = child;
  watch = new PrimaryWatch({ pid, kill: () => killPrimary(child, log), configPath, logPath, log });
  beKnown();
}

function argumentsWith(handover: string): string[] {
  const version = `${DAEMON_PROTOCOL_VERSION}`;
  const manner = !hasStarted ? fresh : [isFileNext ? 'file' : 'restarted'];
  return [version, configPath, logPath, handover, `${process.pid}`, ...manner];
}

function receive(message: FromPrimary): void {
  watch?.received(message);
  if (message.type === 'alive') return;
  if (message.type === 'stopping') return stopping();
  if (message.type === 'asksConfig') return sendLastConfig();
  if (message.type === 'read') return void lastConfig.read(message.fingerprint);
  if (message.type === 'settings') {
    shutdownTimeoutMs = message.shutdownTimeoutMs;
    fingerprint = message.fingerprint;
    void lastConfig.read(fingerprint);
    if (isReady) void lastConfig.use(fingerprint);
    return beKnown();
  }
  if (message.type === 'started') {
    if (message.index !== undefined && index !== message.index) {
      beUnknown();
      index = message.index;
    }
    hasStarted = true;
    beKnown();
    isReady = true;
    isFileNext = false;
    void lastConfig.use(fingerprint);
    failures = 0;
    if (isReloadWanted) reload();
  } else {
    log.error({}, `the primary cannot start: ${message.message}`);
    isOutdated = message.code === 'UPGRADED';
  }
  report(message);
  if (process.connected) process.disconnect();
}

function sendLastConfig(): void {
  const message: LastConfigMessage = { type: 'lastConfig', text: lastConfig.text };
  primary?.send(message, () => {});
}

function reload(): void {
  isReloadWanted = !isReady;
  if (isReady && primary) signalPrimary(primary, 'SIGHUP');
}

/** Has `list` and `stop` find this balancer while no primary answers. */
function beKnown(): void {
  if (index === undefined) return;
  const folder = controlFolder();
  try {
    makeControlFolder(folder);
    addSupervisor(folder, { index, ...about() });
    isKnown = true;
  } catch (error) {
    cannotBeKnown(error as Error);
  }
}

function about(): Omit<Supervisor, 'index' | 'pid'> {
  const state = isStopping ? 'stopping' : hasStarted ? 'restarting' : 'starting';
  return { configPath, logPath, state, shutdownTimeoutMs, primaryPid: primary?.pid };
}

function cannotBeKnown({ message: reason }: Error): undefined {
  if (!isKnown) return;
  isKnown = false;
  log.error(
    { reason },
    `"loadbalancer list" and "stop" cannot find this balancer while its primary does not answer: ${reason}; "kill ${process.pid}" stops it`,
  );
}

function beUnknown(): void {
  if (index !== undefined) removeSupervisor(controlFolder(), index);
}

/** Nobody is to be started again, and nobody is to wait for it. */
function stopping(): void {
  if (isStopping) return;
  isStopping = true;
  stoppingSince = performance.now();
  watch?.stop();
  const kill = () => primary && killPrimary(primary, log);
  setLongTimeout(kill, (shutdownTimeoutMs ?? 0) + HANG_GRACE).unref();
  listeners?.release();
  beKnown();
}

function ended(how: string, code: number | null): void {
  // One that says that it can't start, or hangs, would leave clients waiting for nobody. What else is killed or not forked may be
  // there soon.
  const hung = watch?.killed;
  const hasFailed = !isReady && (code !== null || hung !== undefined);
  isFileNext = hasFailed && hasStarted && !isFileNext;
  const cannotStart = (hasFailed && !isFileNext) || (!isReady && failures >= MOST_KILLED);
  watch?.stop();
  watch = undefined;
  primary = undefined;
  isReady = false;
  beKnown();
  listeners?.unlink();
  if (cannotStart || isStopping) listeners?.shutDown();
  const reason = isStopping ? 'The balancer was stopped before' : `The balancer ended (${how}) before`;
  report({ type: 'failed', message: hung ?? `${reason} the start was complete; see the log.` });
  if (isStopping) return void leave(0);
  if (!hasStarted || isOutdated) return void leave(1);
  const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
  failures += 1;
  const config = isFileNext ? ', with the config file as it is now' : '';
  log.error({ how, pauseMs: pause }, `the primary ended (${how}) and is started again in ${pause} ms${config}`);
  restart = setTimeout(startPrimary, pause);
}

/** A primary that has changed its user can't remove its socket from this user's folder. */
async function leave(code: number): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  // `stop` finds this balancer as long as there is something of it. A start that fails leaves nothing.
  if (isStopping) await endOfOrphans(process.pid, stoppingSince + (shutdownTimeoutMs ?? 0) + ORPHANS_GRACE);
  else if (!hasStarted) await endOfOrphans(process.pid, performance.now());
  beUnknown();
  if (index !== undefined) await removeDeadSocket(socketPath(controlFolder(), index)).catch(() => {});
  process.exit(code);
}

let restart: NodeJS.Timeout | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isLeaving && performance.now() - stoppingSince >= IMPATIENCE) killOrphans(process.pid);
    stopping();
    clearTimeout(restart);
    if (primary) signalPrimary(primary, signal);
    else void leave(0);
  });
}
process.on('SIGHUP', reload);
keepFolder({
  folder: controlFolder(),
  beKnown: () => !isStopping && beKnown(),
  serving: () => (isReady && !isStopping && primary ? { index: index ?? 0, pid: primary.pid } : undefined),
  log,
});
index = await claimSupervisor(controlFolder(), about()).catch(cannotBeKnown);
if (!isStopping) startPrimary();
