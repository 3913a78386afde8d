// The help of every command, and what failures look like.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProgram, main } from './program.ts';
import { temporaryFolder } from './testing/folder.ts';

const program = createProgram();
const commands = program.commands.map((command) => [command.name(), command] as const);

describe('the program', () => {
  it('has the commands that the old one had, and more', () => {
    expect(commands.map(([name]) => name)).toEqual([
      'start',
      'run',
      'stop',
      'reload',
      'list',
      'status',
      'targets',
      'sessions',
      'drain',
      'enable',
      'disable',
      'check',
    ]);
    expect(program.helpInformation()).toContain('help [command]');
  });

  it.each(commands)('explains %s, with an example', (name, command) => {
    const help = helpOf(command);
    expect(help).toMatch(new RegExp(`^Usage: loadbalancer ${name}`));
    expect(help).toMatch(new RegExp(`\\nExample:\\n {2}\\$ loadbalancer ${name}\\b`));
    expect(help).toContain('-h, --help');
    expect(command.summary()).toMatch(/^[a-z]/);
    expect(command.description()).toMatch(/\.$/);
  });
});

describe('a failure', () => {
  it.each([
    [['fly'], "Error: unknown command 'fly'"],
    [['help', 'strat'], "Error: unknown command 'strat'\n(Did you mean start?)"],
    [['stop', 'x'], 'Error: "x" is not an index. An index is a whole number; "loadbalancer list" shows them.'],
    [['drain', 'localhost'], '"localhost" is not a target\'s name. Write it as HOST:PORT,'],
    [['sessions', 'localhost'], 'Error: "localhost" is not an IP address.'],
    [['status', '0', '1'], 'too many arguments'],
    [['start', '--config'], 'argument missing'],
    [[], 'Usage: loadbalancer [options] [command]'],
    [['sessions'], "missing required argument 'address'"],
    [['list', '--jsn'], '(Did you mean --json?)'],
    [['list', '--jsn'], '("loadbalancer list --help" shows what it takes)'],
  ])('of the arguments %j says what to do', async (args, expected) => {
    expect(await errorOutput(args, 2)).toContain(expected);
  });

  it('of a command is a message without a stack', async () => {
    const said = await errorOutput(['check', '--config', '/no/such/config.json']);
    expect(said).toMatch(/^Error: There is no config file \/no\/such\/config\.json\. .*\n$/);
  });

  it('of a config shows its control characters, and those that change the direction, escaped', async () => {
    const file = join(temporaryFolder(), 'config.json');
    const [red, reversed] = ['\u001b[31m', '\u202e'];
    writeFileSync(file, `{ "${reversed}srcPort": 80, "sourcePort": "${red}${reversed}", ${red} }`);
    const said = await errorOutput(['check', '--config', file]);
    writeFileSync(file, JSON.stringify({ [`${reversed}a`]: 1, sourcePort: `${red}${reversed}` }));
    for (const text of [said, await errorOutput(['check', '--config', file])]) {
      expect(text).toContain('\\u202e');
      expect(text).toMatch(/^[\n\x20-\x7e]+$/);
    }
    expect(await errorOutput([reversed], 2)).toContain('\\u202e');
  });

  it('in a folder that was removed says so', async () => {
    const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), {
        code: 'ENOENT',
        syscall: 'uv_cwd',
      });
    });
    onTestFinished(() => cwd.mockRestore());
    expect(await errorOutput(['check'])).toBe(
      'Error: The working directory is gone: it was removed. Change into another one.\n',
    );
  });
});

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** What a command line writes to standard error. It must fail, with this exit code, and end by itself. */
async function errorOutput(args: readonly string[], code = 1): Promise<string> {
  const said: string[] = [];
  const hear = (text: unknown) => said.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stderr, 'write').mockImplementation(hear),
    vi.spyOn(console, 'error').mockImplementation((message) => void hear(`${message}\n`)),
  ];
  try {
    await main(['node', 'loadbalancer', ...args]);
    expect(process.exitCode).toBe(code);
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
  return said.join('');
}
