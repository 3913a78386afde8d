// `loadbalancer check`: validates a config file and says what it means.
import { resolveController } from '@lb/middleware';
import { DiscoveredTargets, endProcess } from '@lb/net/internal';
import { Command } from 'commander';
import { say } from '../output/say.ts';
import { unresolvedText } from '../output/unresolved-text.ts';
import { configOption } from './options.ts';
import { readConfig } from './read-config.ts';

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
      if (options.balancerControllerPath !== undefined) resolveController(options.balancerControllerPath);
      say(`${file} is valid.`);
      for (const sentence of describeOptions(options)) say(`  ${sentence}`);
      for (const notice of notices) say(`Notice: ${notice}`);
      const discovered = new DiscoveredTargets({ interval: options.dns.interval });
      await discovered.watch(options.targets);
      for (const name of await discovered.unresolved()) say(unresolvedText(name));
      if (discovered.isAsking) endProcess();
      discovered.close();
    });
}
