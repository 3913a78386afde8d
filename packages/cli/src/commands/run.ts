// `loadbalancer run`: runs a balancer in the foreground, for containers and service managers.
import { Command } from 'commander';
import { configOption, freshOption } from './shared/options.ts';
import { readConfig } from './shared/read-config.ts';
import { refuseShortage } from './shared/refuse-shortage.ts';

export function runCommand(): Command {
  return new Command('run')
    .summary('run a balancer in the foreground')
    .description(
      'Runs a balancer in the foreground, for containers and service managers. The log goes to standard output. SIGTERM and SIGINT let open connections end, for as long as shutdownTimeout; another one, at least a second later, does not wait. SIGHUP reads the config again; on a terminal it means that the terminal is gone, and stops.',
    )
    .addOption(configOption())
    .addOption(freshOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer run --config config.json')
    .action(async (options: { config: string; fresh?: boolean }) => {
      const config = await readConfig(options.config);
      refuseShortage(config.options.balancerCount);
      const { becomePrimary } = await import('../daemon/primary/primary-process.ts');
      await becomePrimary({ config, isFresh: options.fresh });
    });
}
