// `loadbalancer reload`: has a balancer read its config file again.
import { Command } from 'commander';
import { askOne } from '../control/running.ts';
import { reloadText } from '../output/reload-text.ts';
import { jsonOption, oneIndexArgument } from './shared/options.ts';

export function reloadCommand(): Command {
  return new Command('reload')
    .summary('have a balancer read its config file again')
    .description(
      'Has a balancer read its config file again. Open connections stay. A config with a mistake changes nothing, and the mistake is shown. SIGHUP to the balancer does the same.',
    )
    .addArgument(oneIndexArgument())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer reload 0')
    .action(async (index: number | undefined, { json }: { json?: boolean }) => {
      const document = await askOne(index, (client) => client.reload());
      if (json) return console.log(JSON.stringify(document, null, 2));
      for (const notice of document.notices) console.error(`Notice: ${notice}`);
      console.log(`Balancer ${document.index} ${reloadText(document.configPath, document)}`);
    });
}
