// The command line: which commands there are, and what a failure looks like.
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { listCommand } from './commands/list.ts';
import { runCommand } from './commands/run.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { VERSION } from './version.ts';

/** Does what the arguments say. Sets the exit code: 0 for done, 1 for failed. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv as string[]);
  } catch (error) {
    console.error(`Error: ${isExpected(error) ? (error as Error).message : (error as Error).stack}`);
    process.exitCode = 1;
  }
}

export function createProgram(): Command {
  return new Command('loadbalancer')
    .description('A sticky-session TCP load balancer for realtime servers.')
    .version(`v${VERSION}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('("loadbalancer --help" lists the commands)')
    .addCommand(startCommand())
    .addCommand(runCommand())
    .addCommand(stopCommand())
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(checkCommand())
    .addHelpText(
      'after',
      '\nExample:\n  $ loadbalancer check --config config.json && loadbalancer start --config config.json',
    );
}

/** Whether an error is about what was asked, and not a fault of this program, whose stack would help. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}
