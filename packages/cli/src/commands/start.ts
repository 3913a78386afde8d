// `loadbalancer start`: runs a balancer in the background.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { tryListening } from '@lb/net/internal';
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { ControlClient } from '../control/client.ts';
import { controlFolder } from '../control/folder.ts';
import { findBalancers } from '../control/running.ts';
import { tryControlFolder } from '../control/server/server.ts';
import { LaunchError, launchDaemon } from '../daemon/launch.ts';
import { needsControlSocket } from '../daemon/needs-control-socket.ts';
import { middlewareText } from '../output/middleware-text.ts';
import { resumedModeText } from '../output/mode-text.ts';
import { say, warn } from '../output/say.ts';
import { unresolvedText } from '../output/unresolved-text.ts';
import { configOption, freshOption } from './shared/options.ts';
import { readConfig } from './shared/read-config.ts';
import { refuseShortage } from './shared/refuse-shortage.ts';

export function startCommand(): Command {
  return new Command('start')
    .summary('run a balancer in the background')
    .description(
      'Runs a balancer in the background. Returns when it accepts connections, and fails with the reason when it cannot.',
    )
    .addOption(configOption())
    .addOption(freshOption())
    .option('--log-file <file>', 'where the log goes', 'loadbalancer.out')
    .addHelpText(
      'after',
      '\nExample:\n  $ loadbalancer start --config /etc/loadbalancer/config.json --log-file /var/log/loadbalancer.log',
    )
    .action(start);
}

async function start(options: { config: string; logFile: string; fresh?: boolean }): Promise<void> {
  const config = await readConfig(options.config);
  needsControlSocket(config);
  const { balancerControllerPath: controller, balancerCount, sourceHost, sourcePort } = config.options;
  for (const notice of config.notices) warn(`Notice: ${notice}`);
  const logPath = resolve(options.logFile);
  refuseOwnFile(logPath, config.files);
  try {
    await tryControlFolder(controlFolder());
    // The supervisor, the primary and the workers.
    refuseShortage(2 + balancerCount);
    // Before the log is opened: it may be that of the balancer which has the port. Whatever else is wrong, the primary says.
    await tryListening(sourceHost, sourcePort).catch((error: unknown) => {
      if (isPortTaken(error)) throw error;
    });
    const {
      index = 0,
      port,
      pid,
      modes,
      unresolved,
    } = await launchDaemon(config.path, logPath, options.fresh ?? false);
    say(`Started balancer ${index} on port ${port} (pid ${pid}), logging to ${logPath}`);
    for (const mode of modes) say(resumedModeText(mode, index));
    for (const name of unresolved) warn(unresolvedText(name));
    if (controller !== undefined) await warnOfMiddleware(index);
  } catch (error) {
    throw (isPortTaken(error) && (await takenByOwn(sourcePort).catch(() => undefined))) || error;
  }
}

/** Log lines are appended: they would break the file that the next primary reads. @throws {CommandError} */
function refuseOwnFile(logPath: string, files: readonly string[]): void {
  const log = statSync(logPath, { bigint: true, throwIfNoEntry: false });
  for (const file of files) {
    const read = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (log === undefined || read === undefined || log.dev !== read.dev || log.ino !== read.ino || !log.isFile())
      continue;
    throw new CommandError(
      `The log file ${logPath} is a file that the balancer reads, ${file}. Name another one with --log-file.`,
    );
  }
}

/** Clients that come while it starts are the first to show that a controller blocks everybody. */
async function warnOfMiddleware(index: number): Promise<void> {
  const status = await new ControlClient(index).status().catch(() => undefined);
  const text = status && middlewareText(status);
  if (text) warn(`Warning: the controller's middleware fails: ${text}`);
}

function isPortTaken(error: unknown): boolean {
  return (error instanceof LaunchError ? error.reason : (error as NodeJS.ErrnoException).code) === 'EADDRINUSE';
}

/** What to say where a balancer of this user has the port. One that restarts holds it as well. */
async function takenByOwn(port: number): Promise<CommandError | undefined> {
  const { running, restarting } = await findBalancers(controlFolder(), () => {});
  const holder = running.find(({ status }) => status.sourcePort === port)?.status;
  if (holder) return takenBy(port, holder.index, `runs with ${holder.configPath}`);
  const { readConfigFile } = await import('../config/config-file.ts');
  for (const { index, configPath, state } of restarting) {
    // Without its controller, which may be why the balancer cannot start.
    const config = await readConfigFile(configPath).catch(() => undefined);
    if (config?.options.sourcePort === port) return takenBy(port, index, `is ${state} with ${configPath}`);
  }
  return undefined;
}

function takenBy(port: number, index: number, what: string): CommandError {
  return new CommandError(
    `port ${port} is taken by balancer ${index}, which ${what}. "loadbalancer stop ${index}" ends it.`,
  );
}
