// The primary as a process: config, folder of the control socket, listeners, control socket, signals, change of user, workers,
// in that order.
import { createRequire } from 'node:module';
import { resolveController } from '@lb/middleware';
import { type ListenerHandover, type ModeNotice, Primary, type StateOptions } from '@lb/net';
import { endProcess, keepDescriptors, neverWaitAtExit } from '@lb/net/internal';
import type { CompleteConfig } from '../../config/complete-config.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import { controlFolder, makeControlFolder } from '../../control/folder.ts';
import { killOrphans } from '../../control/orphans.ts';
import { mayServe, ownName } from '../../control/predecessors.ts';
import { tryControlFolder } from '../../control/server/server.ts';
import { createLogger } from '../../logging/logger.ts';
import { reopenStandardStreams } from '../../logging/reopen-standard-streams.ts';
import { controlHandlers } from './control-handlers.ts';
import { ControlSocket } from './control-socket.ts';
import { Reloading } from './reloading.ts';
import { obeySignals } from './signals.ts';

const WORKER_MODULE = createRequire(import.meta.url).resolve('#worker');

export interface PrimaryProcessOptions {
  readonly config: CompleteConfig;
  readonly logPath?: string | undefined;
  readonly supervisorPid?: number | undefined;
  /** Whether what an earlier primary has kept is forgotten. */
  readonly isFresh?: boolean | undefined;
  /** Whether it takes the place of a primary that has served clients: then it serves them also where it can have no control socket. */
  readonly isRestarted?: boolean | undefined;
  /** Called when a control socket is opened later. */
  readonly onControl?: ((index: number) => void) | undefined;
  /** @default the listeners end with this process */
  readonly handover?: ListenerHandover | undefined;
  /** Called when it is asked to stop. */
  readonly onStopping?: (() => void) | undefined;
  /** Called with each config that a reload has read, before it is put into use. */
  readonly onRead?: ((config: ConfigFile) => void) | undefined;
  /** Called with each config that a reload has put into use. */
  readonly onSettings?: ((config: ConfigFile) => void) | undefined;
}

export interface PrimaryProcess {
  /** Absent while there is no control socket. */
  readonly index: number | undefined;
  readonly port: number;
  /** The targets' names that can't be resolved: known after 5 s at the latest. */
  readonly unresolved: Promise<readonly string[]>;
  /** The targets that are draining or disabled, as they were under an earlier primary. */
  readonly modes: readonly ModeNotice[];
}

/**
 * Makes this process a primary. Resolves when it accepts connections; the process then ends by itself once it is stopped.
 * @throws {Error} why it can't start; nothing is left behind then
 */
export async function becomePrimary(settings: PrimaryProcessOptions): Promise<PrimaryProcess> {
  const { config, logPath, supervisorPid, isFresh, isRestarted, handover, onStopping, onRead, onSettings } = settings;
  const { options } = config;
  process.title = 'loadbalancer: primary';
  keepDescriptors();
  // Looking up names keeps threads busy, and its successor is started once this process has ended.
  neverWaitAtExit();
  reopenStandardStreams();
  const log = createLogger({ role: 'primary' });
  for (const notice of config.notices) log.warn({ config: config.path }, notice);

  const folder = options.controlSocket ? controlFolder() : undefined;
  // Before the port is opened and clients come.
  if (folder !== undefined && !isRestarted) await tryControlFolder(folder);
  const primary = await Primary.open({
    options,
    workerModule: WORKER_MODULE,
    files: config.files,
    findController: resolveController,
    log,
    isRestarted,
    handover,
    // Without a control socket there is no folder for it either.
    state: folder === undefined ? undefined : stateIn(folder, config.path, isFresh),
    onStop: () => stop(),
    onUpgraded: (why) => {
      log.error({}, `this primary ends, since no worker is left: ${why.message}`);
      control?.close();
      // Without a stop: a supervisor starts the new code, and keeps the listeners until that accepts.
      endProcess(1);
    },
  });

  const reloading = new Reloading({
    config,
    apply: (changed) => primary.reload(changed),
    onRead,
    onUse: onSettings,
    log,
  });
  let isAsked = false;
  const stop = (timeout?: number): void => {
    isAsked = true;
    onStopping?.();
    reloading.close();
    if (timeout === 0 && supervisorPid !== undefined) killOrphans(supervisorPid);
    void primary.stop(timeout);
  };
  const balancer = { primary, reloading, onStopping, stop, log, logPath, supervisorPid };
  const control =
    folder === undefined
      ? undefined
      : new ControlSocket({
          folder,
          handlers: (index) => controlHandlers(balancer, index),
          supervisorPid,
          onOpened: (index) => settings.onControl?.(index),
          log,
        });
  if (isRestarted) await control?.tryOpening();
  else
    await control?.open().catch(async (error) => {
      await primary.stop(0);
      throw error;
    });
  const reload = () => reloading.reloadUnheard('SIGHUP');
  const signals = obeySignals({ stop, reload, onTerminal: process.stdout.isTTY, log });
  try {
    await primary.serve();
  } catch (error) {
    control?.close();
    // To be stopped before it was ready is no failure: nobody is to start it again.
    if (isAsked) signals.end();
    throw error;
  }
  const { downgradeToUser: user } = options;
  // The one named root has a notice.
  if (user !== undefined && user !== 'root' && process.getuid?.() === 0) {
    log.warn({}, `the balancer still has the rights of root: the user ${user} has the uid 0`);
  }
  reloading.open();
  control?.keep();
  primary.stopped.then(() => {
    reloading.close();
    control?.close();
    log.info({}, 'stopped');
    signals.end();
  });
  const { port, resumedModes: modes } = primary;
  const index = control?.index;
  log.info(
    { index, port },
    `${index === undefined ? 'the balancer' : `balancer ${index}`} accepts connections on port ${port}`,
  );
  return { index, port, modes, unresolved: primary.unresolvedNames() };
}

/** @returns what makes the folder again, and says better than the system why this process cannot after the change of user */
function stateIn(folder: string, config: string, isFresh: boolean | undefined): StateOptions {
  return { folder, config, isFresh, makeFolder: folderMaker(folder), predecessors: { self: ownName(), mayServe } };
}

function folderMaker(folder: string): () => void {
  const user = process.getuid?.();
  return () => {
    if (process.getuid?.() === user) return makeControlFolder(folder);
    throw new Error(
      `files in ${folder} were removed, and this process cannot make them again since it has changed its user; start the balancer again`,
    );
  };
}
