// `loadbalancer start`: runs a balancer in the background.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { readConfigFile } from '../config-file.ts';
import { runningBalancers } from '../control/client.ts';
import { launchDaemon } from '../daemon/launch.ts';
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
  for (const notice of config.notices) console.error(`Notice: ${notice}`);
  const logPath = resolve(options.logFile);
  try {
    const { index, port, pid } = await launchDaemon(config.path, logPath);
    console.log(`Started balancer ${index} on port ${port} (pid ${pid}), logging to ${logPath}`);
  } catch (error) {
    const holder = await whoListens(config.options.sourcePort);
    throw holder === undefined
      ? error
      : new CommandError(
          `${(error as Error).message}\nBalancer ${holder} listens on that port; "loadbalancer stop ${holder}" ends it.`,
        );
  }
}

/** The index of the balancer that has the port already. */
async function whoListens(port: number): Promise<number | undefined> {
  const running = await runningBalancers();
  return running.find(({ status }) => status.sourcePort === port)?.client.index;
}
