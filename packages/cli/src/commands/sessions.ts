// `loadbalancer sessions`: where a client goes, and why.
import { Command } from 'commander';
import { askOne } from '../control/running.ts';
import { sessionText } from '../output/session-text.ts';
import { clientArgument, jsonOption, oneIndexArgument } from './shared/options.ts';

export function sessionsCommand(): Command {
  return new Command('sessions')
    .summary('show where a client goes, and why')
    .description(
      "Shows to which target a client's next connection goes, why it goes there, and which processes hold its session.",
    )
    .addArgument(clientArgument())
    .addArgument(oneIndexArgument())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer sessions 203.0.113.7')
    .action(async (address: string, index: number | undefined, { json }: { json?: boolean }) => {
      const document = await askOne(index, (client) => client.session(address));
      console.log(json ? JSON.stringify(document, null, 2) : sessionText(document));
    });
}
