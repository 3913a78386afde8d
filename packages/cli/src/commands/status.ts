// `loadbalancer status`: processes, connections and targets of a balancer.
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { restartingText } from '../control/restarting-text.ts';
import { chosenBalancers, NONE_RUNS } from '../control/running.ts';
import { statusText } from '../output/describe-status.ts';
import { indexArgument, jsonOption } from './shared/options.ts';
import { sayFailure } from './shared/say-failure.ts';

export function statusCommand(): Command {
  return new Command('status')
    .summary("show a balancer's processes, connections and targets")
    .description('Shows uptime, processes, connections, and for each target its state, live connections and sessions.')
    .addArgument(indexArgument('which balancer (default: all)'))
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer status 0')
    .action(async (index: number | undefined, { json }: { json?: boolean }) => {
      const { running, restarting } = await chosenBalancers(index, sayFailure);
      const documents = running.map(({ status }) => status);
      if (json) console.log(JSON.stringify({ version: 1, balancers: documents, restarting }, null, 2));
      else if (documents.length > 0) console.log(documents.map(statusText).join('\n\n\n'));
      // A program that asks for the status takes 0 for "it runs".
      for (const supervisor of restarting) sayFailure(new CommandError(restartingText(supervisor)));
      if (documents.length === 0 && !process.exitCode) sayFailure(new CommandError(NONE_RUNS));
    });
}
