// `loadbalancer check`: validates a config file and says what it means.
import { DiscoveredTargets, endProcess, refuseOwnAddress } from '@lb/net/internal';
import { Command } from 'commander';
import { say } from '../output/say.ts';
import { unresolvedText } from '../output/unresolved-text.ts';
import { configOption } from './shared/options.ts';
import { readConfig } from './shared/read-config.ts';

export function checkCommand(): Command {
  return new Command('check')
    .summary('validate a config file and say what it means')
    .description(
      'Validates a config file and says what it means. Shows all problems at once, and fails if there is one.',
    )
    .addOption(configOption())
    .addHelpText('after', '\nExample:\n  $ loadbalancer check --config config.json')
    .action(async ({ config: path }: { config: string }) => {
      const { options, notices, path: file } = await readConfig(path);
      const { describeOptions } = await import('@lb/net');
      const discovered = new DiscoveredTargets({ interval: options.dns.interval });
      await discovered.watch(options.targets);
      const unresolved = await discovered.unresolved();
      refuseOwnAddress(options, discovered.endpoints);
      say(`${file} is valid.`);
      for (const sentence of describeOptions(options)) say(`  ${sentence}`);
      for (const notice of notices) say(`Notice: ${notice}`);
      for (const name of unresolved) say(unresolvedText(name));
      if (discovered.isAsking) endProcess();
      discovered.close();
    });
}
