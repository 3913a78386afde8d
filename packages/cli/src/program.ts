// The command line: which commands there are, and what a failure looks like.
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { listCommand } from './commands/list.ts';
import { disableCommand, drainCommand, enableCommand } from './commands/mode.ts';
import { reloadCommand } from './commands/reload.ts';
import { runCommand } from './commands/run.ts';
import { sessionsCommand } from './commands/sessions.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { targetsCommand } from './commands/targets.ts';
import { FAILED, MISUSED } from './exit-codes.ts';
import { warn } from './output/say.ts';
import { printableLines } from './printable.ts';
import { VERSION } from './version.ts';

/** What commander puts before the message of an argument's parser, which names the value itself. */
const COMMANDERS_WORDS = /^error: (?:command-argument value '.*' is invalid for argument '[^']*'\. )?/s;

/** Does what the arguments say. Sets the exit code: 0 for done, 1 for failed, 2 for arguments that make no sense. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(withoutHelpOfNothing(program, argv));
  } catch (error) {
    // Commander has said what there is to say.
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) process.exitCode = MISUSED;
      return;
    }
    warn(`Error: ${describe(error)}`);
    process.exitCode = FAILED;
  }
}

export function createProgram(): Command {
  const program = new Command('loadbalancer')
    .description('A sticky-session TCP load balancer for realtime servers.')
    .version(`v${VERSION}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(printableLines(text.replace(COMMANDERS_WORDS, 'Error: '))) })
    .showHelpAfterError('("loadbalancer --help" lists the commands)')
    .addCommand(startCommand())
    .addCommand(runCommand())
    .addCommand(stopCommand())
    .addCommand(reloadCommand())
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(targetsCommand())
    .addCommand(sessionsCommand())
    .addCommand(drainCommand())
    .addCommand(enableCommand())
    .addCommand(disableCommand())
    .addCommand(checkCommand())
    .addHelpText(
      'after',
      '\nExample:\n  $ loadbalancer check --config config.json && loadbalancer start --config config.json',
    );
  for (const command of program.commands) {
    command
      .copyInheritedSettings(program)
      .helpOption('-h, --help', 'show help')
      .showHelpAfterError(`("loadbalancer ${command.name()} --help" shows what it takes)`);
  }
  return program;
}

/** Commander answers `help strat` with the help of the whole; without `help`, it says that there is no such command. */
function withoutHelpOfNothing(program: Command, argv: readonly string[]): string[] {
  const [node = '', script = '', help, name] = argv;
  if (help !== 'help' || name === undefined) return [...argv];
  if (name === 'help') return [node, script, '--help'];
  return program.commands.some((command) => command.name() === name) ? [...argv] : [node, script, name];
}

/** What to say of an error: with the stack where it is a fault of this program. */
function describe(error: unknown): string {
  const { code, message, stack, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return 'The working directory is gone: it was removed. Change into another one.';
  return (code === undefined ? stack : message) ?? String(error);
}
