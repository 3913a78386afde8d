// `loadbalancer start`: runs a balancer in the background.
import { resolve } from 'node:path';
import { resolveController } from '@lb/middleware';
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { readConfigFile } from '../config-file.ts';
import { type RunningBalancer, runningBalancers } from '../control/running.ts';
import { LaunchError, launchDaemon } from '../daemon/launch.ts';
import { configOption } from './options.ts';

export function startCommand(): Command {
  return new Command('start')
    .summary('run a balancer in the background')
    .description(
      'Runs a balancer in the background. Returns when it accepts connections, and fails with the reason when it cannot.',
    )
    .addOption(configOption())
    .option('--log-file <file>', 'where the log goes', 'loadbalancer.out')
    .addHelpText(
      'after',
      '\nExample:\n  $ loadbalancer start --config /etc/loadbalancer/config.json --log-file /var/log/loadbalancer.log',
    )
    .action(start);
}

async function start(options: { config: string; logFile: string }): Promise<void> {
  const config = await readConfigFile(options.config);
  const controller = config.options.balancerControllerPath;
  if (controller !== undefined) resolveController(controller);
  for (const notice of config.notices) console.error(`Notice: ${notice}`);
  const logPath = resolve(options.logFile);
  try {
    const { index, port, pid } = await launchDaemon(config.path, logPath);
    console.log(`Started balancer ${index} on port ${port} (pid ${pid}), logging to ${logPath}`);
  } catch (error) {
    if (!(error instanceof LaunchError) || error.reason !== 'EADDRINUSE') throw error;
    const { sourcePort } = config.options;
    const holder = await whoListens(sourcePort).catch(() => undefined);
    if (holder === undefined) throw error;
    const { index, configPath } = holder.status;
    throw new CommandError(
      `port ${sourcePort} is taken by balancer ${index}, which runs with ${configPath}. "loadbalancer stop ${index}" ends it.`,
    );
  }
}

/** The balancer of this user that has the port already. */
async function whoListens(port: number): Promise<RunningBalancer | undefined> {
  const running = await runningBalancers();
  return running.find(({ status }) => status.sourcePort === port);
}
