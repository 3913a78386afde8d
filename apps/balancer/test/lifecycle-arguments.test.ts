// What the command line says to the curious and to the mistaken.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BIN } from './support/balancer.ts';
import { later, spawned } from './support/cleanup.ts';
import { type Host, host } from './support/host.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const COMMANDS = ['start', 'run', 'stop', 'list', 'status', 'check'];

it('prints its version', async () => {
  const place = await host();
  for (const option of ['--version', '-v']) {
    expect(await place.command(option)).toEqual({ code: 0, stdout: `v${version}\n`, stderr: '' });
  }
});

it('has help with an example for each command', async () => {
  const place = await host();
  const all = await place.command('--help');
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/\nExample:\n {2}\$ loadbalancer .+\n$/);
  for (const name of COMMANDS) expect(all.stdout).toMatch(new RegExp(`^ {2}${name} .*[a-z]$`, 'm'));
  const helps = await Promise.all(COMMANDS.map((name) => place.command(name, '--help')));
  for (const [at, { code, stdout, stderr }] of helps.entries()) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: loadbalancer ${COMMANDS[at]} `));
    expect(stdout).toMatch(new RegExp(`\\nExample:\\n {2}\\$ loadbalancer ${COMMANDS[at]}\\b.*\\n$`));
  }
});

it('says what is wrong with its arguments', async () => {
  const place = await host();
  const start = '("loadbalancer start --help" shows what it takes)';
  const index = 'An index is a whole number; "loadbalancer list" shows them.';
  expect(await mistake(place, 'fly')).toBe(
    'Error: unknown command \'fly\'\n("loadbalancer --help" lists the commands)\n',
  );
  expect(await mistake(place, 'strat')).toContain('(Did you mean start?)');
  expect(await mistake(place, 'start', '--confg', 'x')).toContain('(Did you mean --config?)');
  expect(await mistake(place, 'start', 'x')).toContain(start);
  expect(await mistake(place, 'start', '--config')).toContain(start);
  expect(await mistake(place, 'stop', 'first')).toContain(index);
  expect(await mistake(place, 'stop', '1.5')).toContain(index);
  expect(await mistake(place, 'status', '-1')).toContain('"-1" is not an index');
  expect(await mistake(place, 'drain', 'localhost')).toContain('is not a target');
  expect(await mistake(place, 'sessions', 'localhost')).toContain('is not an IP address');
  expect(await mistake(place)).toContain('Usage: loadbalancer [options] [command]');
});

it.runIf(existsSync('/dev/full'))('fails when its answer cannot be written', async () => {
  const full = openSync('/dev/full', 'w');
  later(() => closeSync(full));
  for (const args of [['list'], ['--version'], ['help']]) {
    const child = spawned(process.execPath, [BIN, ...args], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toMatch(/^Error: The output cannot be written: ENOSPC\b.*\n$/);
    expect(child.exitCode).toBe(1);
  }
});

async function mistake(place: Host, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.command(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
}
