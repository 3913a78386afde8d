// `loadbalancer list`: the balancers that run, one a line.
import { Command } from 'commander';
import { restartingText } from '../control/restarting-text.ts';
import { findBalancers } from '../control/running.ts';
import { listText } from '../output/describe-status.ts';
import { jsonOption } from './shared/options.ts';
import { sayFailure } from './shared/say-failure.ts';

export function listCommand(): Command {
  return new Command('list')
    .summary('list the running balancers')
    .description('Lists the balancers that you have running, one a line.')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer list --json')
    .action(async ({ json }: { json?: boolean }) => {
      const { running, restarting } = await findBalancers(undefined, sayFailure);
      const documents = running.map(({ status }) => status);
      if (json) return void console.log(JSON.stringify({ version: 1, balancers: documents, restarting }, null, 2));
      if (documents.length > 0) console.log(listText(documents));
      for (const supervisor of restarting) console.log(restartingText(supervisor));
      if (documents.length + restarting.length === 0 && !process.exitCode) console.log('No balancer is running.');
    });
}
