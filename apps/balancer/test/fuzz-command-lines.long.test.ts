// The command, called as nobody would call it: it does what it can, says in words why not, and exits with 0, 1 or 2.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CommandResult, command, startBalancer, temporaryFolder } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { statusOf } from './support/control-socket.ts';
import { FUZZ_LIMIT, fuzz } from './support/fuzz.ts';
import { echoTarget, listed } from './support/targets.ts';

/** Processes at a time. */
const ABREAST = 4;

/** Those that start nothing and stop nothing, on a config that is valid. */
const COMMANDS = ['list', 'status', 'targets', 'sessions', 'drain', 'enable', 'disable', 'check', 'reload', 'help'];
const BROKEN_CONFIGS = ['none.json', '.', 'broken.json', 'nested.json', 'wrong.json', '/dev/null', 'binary.json'];
const words = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '1e9',
    '00',
    '999999999999999999999',
    '0x0',
    ' ',
    '',
    '-',
    '--',
    '*',
    '[',
    '[::1]',
    '::1',
  ),
  fc.constantFrom(
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]:1',
    'unix:/x',
    'unix:',
    'a:b:c',
    '999.1.1.1',
    'fe80::1%x',
    'host:99999',
  ),
  fc.constantFrom(
    'constructor',
    '__proto__',
    'toString',
    'help',
    'stat',
    '\u001b[2J',
    '\n',
    'é',
    '\u202e',
    'x'.repeat(50_000),
  ),
  fc.string({ maxLength: 30 }).filter((word) => !word.includes('\0')),
);
const options = fc.constantFrom(
  ...[
    '--json',
    '--verbose',
    '--force',
    '--help',
    '-h',
    '--version',
    '-v',
    '--config',
    '--config=',
    '--log-file',
    '--log-file=',
  ],
  ...['--jsn', '--', '-j', '--no-json', '--json=1', '---', '--__proto__', '--constructor=1', '--config=none.json'],
);
const broken = fc.tuple(fc.constantFrom('--config', '-c'), fc.constantFrom(...BROKEN_CONFIGS)).map((pair) => [...pair]);
const rest = fc.array(fc.oneof(words, options), { maxLength: 5 });

const harmless = fc.tuple(fc.constantFrom(...COMMANDS), rest).map(([name, more]) => [name, ...more]);
const starting = fc
  .tuple(fc.constantFrom('start', 'run', 'check'), broken, rest)
  .map(([name, config, more]) => [name, ...more, ...config]);
const unknown = fc.tuple(words.filter(isNoCommand), rest).map(([name, more]) => [name, ...more]);
/** Of a balancer that there isn't: whatever follows, its index doesn't exist. */
const stopping = rest.map((more) => ['stop', '77', ...more]);
const commandLine = fc.oneof(
  harmless,

  unknown,
  stopping,
  rest.filter(([name = '']) => isNoCommand(name)),
);

it(
  'exits with 0, 1 or 2 and without a stack, whatever its arguments are',
  async () => {
    const balancer = await startBalancer({ targets: listed([await echoTarget('a')]), balancerCount: 1 });
    const empty = await temporaryFolder();
    for (const folder of [empty, balancer.folder]) {
      await writeFile(join(folder, 'broken.json'), '{ "sourcePort": 80, "targets": [');
      await writeFile(join(folder, 'nested.json'), '['.repeat(100_000));
      await writeFile(
        join(folder, 'wrong.json'),
        '{ "sourcePort": 70000, "targets": [{ "host": 5 }], "__proto__": 1 }',
      );
      await writeFile(join(folder, 'binary.json'), Uint8Array.of(0, 255, 1, 254));
    }
    const call = fc.oneof(
      fc.record({ args: commandLine, folder: fc.constantFrom(empty, balancer.folder) }),
      fc.record({ args: starting, folder: fc.constant(empty) }), // without a config of the usual name
    );

    await fuzz(fc.array(call, { minLength: ABREAST, maxLength: ABREAST }), async (calls) => {
      const results = await Promise.all(calls.map(({ args, folder }) => command(folder, ...args)));
      results.forEach(expectWords);
    });

    expect((await statusOf(balancer)).pid).toBe(balancer.pid);
    const { code } = await command(balancer.folder, 'enable', targetOf(await statusOf(balancer)));
    expect(code).toBe(0);
    expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  },
  FUZZ_LIMIT,
);

function expectWords({ code, stdout, stderr }: CommandResult): void {
  const said = stdout + stderr;
  expect([0, 1, 2], said.slice(0, 2_000)).toContain(code);
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(said).not.toMatch(/\b(?:Type|Range|Reference|Syntax)Error\b|Node\.js v\d|ERR_[A-Z]/);
  if (code !== 0) expect(stderr).not.toBe('');
}

function targetOf({ targets }: { readonly targets: readonly { readonly target: string }[] }): string {
  return targets[0]?.target ?? '';
}

/** Commands that would start or stop something are called with care only. */
function isNoCommand(word: string): boolean {
  return !['start', 'run', 'stop'].includes(word);
}
