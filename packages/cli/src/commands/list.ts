// `loadbalancer list`: the balancers that run, one a line.
import { Command } from 'commander';
import { runningBalancers } from '../control/running.ts';
import { listText } from '../output/describe-status.ts';
import { jsonOption } from './options.ts';
import { sayFailure } from './say-failure.ts';

export function listCommand(): Command {
  return new Command('list')
    .summary('list the running balancers')
    .description('Lists the balancers that you have running, one a line.')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer list --json')
    .action(async ({ json }: { json?: boolean }) => {
      const documents = (await runningBalancers(undefined, sayFailure)).map(({ status }) => status);
      if (json) console.log(JSON.stringify({ version: 1, balancers: documents }, null, 2));
      else if (documents.length > 0) console.log(listText(documents));
      else if (!process.exitCode) console.log('No balancer is running.');
    });
}
