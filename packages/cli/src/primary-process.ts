// The primary as a process: config, listeners, control socket, change of user, workers, signals, in that order.
import { fileURLToPath } from 'node:url';
import { resolveController } from '@lb/middleware';
import { Primary } from '@lb/net';
import type { ConfigFile } from './config-file.ts';
import { controlFolder } from './control/folder.ts';
import { pidsOf, type StatusDocument, type StopDocument } from './control/protocol.ts';
import { openControlServer } from './control/server.ts';
import { createLogger } from './logger.ts';
import { VERSION } from './version.ts';

const WORKER_MODULE = fileURLToPath(new URL('./worker.js', import.meta.url));

export interface PrimaryProcessOptions {
  readonly config: ConfigFile;
  readonly logPath?: string | undefined;
  readonly supervisorPid?: number | undefined;
}

export interface PrimaryProcess {
  readonly index: number;
  readonly port: number;
}

/**
 * Makes this process a primary. Resolves when it accepts connections; the process then ends by itself once it is stopped.
 * @throws {Error} why it can't start; nothing is left behind then
 */
export async function becomePrimary(settings: PrimaryProcessOptions): Promise<PrimaryProcess> {
  const { config, logPath, supervisorPid } = settings;
  const { options } = config;
  process.title = 'loadbalancer: primary';
  const log = createLogger({ role: 'primary' });
  for (const notice of config.notices) log.warn({ config: config.path }, notice);

  const controllers =
    options.balancerControllerPath === undefined ? [] : [resolveController(options.balancerControllerPath)];
  const primary = new Primary({ options, workerModule: WORKER_MODULE, files: [config.path, ...controllers], log });
  await primary.open();

  const status = async (index: number): Promise<StatusDocument> => ({
    version: 1,
    index,
    release: VERSION,
    configPath: config.path,
    logPath,
    supervisorPid,
    shutdownTimeoutMs: options.shutdownTimeout,
    ...(await primary.status()),
  });
  let isAsked = false;
  const stopPrimary = (timeout?: number): void => {
    isAsked = true;
    void primary.stop(timeout);
  };
  const stop = async (index: number): Promise<StopDocument> => {
    const pids = pidsOf(await status(index));
    log.info({}, 'asked to stop over the control socket');
    // The answer goes out first.
    setImmediate(stopPrimary);
    return { version: 1, pids };
  };
  const control = await openControlServer(controlFolder(), (index) => ({
    status: () => status(index),
    stop: () => stop(index),
  })).catch(async (error) => {
    await primary.stop(0);
    throw error;
  });
  try {
    primary.drop();
    stopOnSignals(stopPrimary, log);
    await primary.serve();
  } catch (error) {
    control.close();
    await primary.stop(0);
    // To be stopped before it was ready is no failure: nobody is to start it again.
    if (isAsked) process.exit(0);
    throw error;
  }
  primary.stopped.then(() => {
    control.close();
    log.info({}, 'stopped');
    process.exit();
  });
  log.info(
    { index: control.index, port: primary.port },
    `balancer ${control.index} accepts connections on port ${primary.port}`,
  );
  return { index: control.index, port: primary.port };
}

/** The first signal lets open connections end; the second one doesn't wait for them. */
function stopOnSignals(stop: (timeout?: number) => void, log: ReturnType<typeof createLogger>): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      log.info(
        { signal },
        signals === 1 ? `${signal}: stopping; once more to stop at once` : `${signal}: stopping at once`,
      );
      stop(signals === 1 ? undefined : 0);
    });
  }
}
