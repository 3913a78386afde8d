// `loadbalancer targets`: the targets of a balancer and how they are.
import { Command } from 'commander';
import { askOne } from '../control/running.ts';
import { targetsText } from '../output/targets-text.ts';
import { jsonOption, oneIndexArgument } from './shared/options.ts';

export function targetsCommand(): Command {
  return new Command('targets')
    .summary("show a balancer's targets")
    .description('Shows for each target its state, weight, live connections and sessions.')
    .addArgument(oneIndexArgument())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer targets 0')
    .action(async (index: number | undefined, { json }: { json?: boolean }) => {
      const document = await askOne(index, (client) => client.targets());
      console.log(json ? JSON.stringify(document, null, 2) : targetsText(document));
    });
}
