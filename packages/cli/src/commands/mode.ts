// `loadbalancer drain`, `enable` and `disable`: what a target may be given.
import { Command } from 'commander';
import type { SettableMode } from '../control/protocol.ts';
import { askOne } from '../control/running.ts';
import { modeText } from '../output/mode-text.ts';
import { jsonOption, oneIndexArgument, targetArgument } from './shared/options.ts';

export function drainCommand(): Command {
  return lastTargetCommand('drain', 'draining')
    .summary('give a target no new sessions')
    .description(
      'Gives a target no new sessions. Those that it has stay, and their new connections too: "loadbalancer targets" shows when there are none left. The target stays draining until it is enabled again, also when the balancer is stopped and started.',
    );
}

export function enableCommand(): Command {
  return modeCommand('enable', 'enabled')
    .summary('put a target back into use')
    .description(
      'Puts a target back into use after "drain" or "disable". Clients with a session elsewhere stay there.',
    );
}

export function disableCommand(): Command {
  return lastTargetCommand('disable', 'disabled')
    .summary('give a target no new connections')
    .description(
      'Gives a target no new connections, not even those of its sessions: they go elsewhere. Open connections go on. The target stays disabled until it is enabled again, also when the balancer is stopped and started.',
    );
}

/** A command that takes clients away from a target. */
function lastTargetCommand(name: string, mode: SettableMode): Command {
  return modeCommand(name, mode).option('--force', 'also the last target that takes new clients');
}

function modeCommand(name: string, mode: SettableMode): Command {
  return new Command(name)
    .addArgument(targetArgument())
    .addArgument(oneIndexArgument())
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  $ loadbalancer ${name} 10.0.0.1:8000`)
    .action(async (target: string, index: number | undefined, { json, force }: { json?: boolean; force?: boolean }) => {
      const document = await askOne(index, (client) => client.setMode(target, mode, force));
      console.log(json ? JSON.stringify(document, null, 2) : modeText(document));
    });
}
