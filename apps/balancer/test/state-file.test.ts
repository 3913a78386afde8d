// The files in which a balancer keeps its state for the next one: whose they are, and that nothing depends on them.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { stateFiles } from './support/state-files.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const IGNORED = 'is damaged or is that of another config: it is ignored';
const UNUSED = 'no state is kept: ';

it('has mode 0600, and keeps the list of targets alone at first', async () => {
  const balancer = await startBalancer({ balancerCount: 1, targets: [{ host: '127.0.0.1', port: 9 }] });
  const paths = stateFiles(runtimeOf(balancer));
  expect(paths.map((path) => fs.statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  const written = await until('the list to be written', () => {
    const texts = paths.map((path) => fs.readFileSync(path, 'latin1')).filter((text) => text !== '');
    return texts.length === 1 && texts[0];
  });
  expect(written).toContain('"127.0.0.1:9"');
  expect(written).not.toContain('draining');
  expect(linesWith(balancer, 'state')).toEqual([]);
});

it('is taken over from one that was killed with all of its workers, for targets of the config', async () => {
  const { folder, config, left } = await leftBehind();
  const next = await startBalancer(config, {}, { folder });
  expect(await statesOf(next)).toEqual(['disabled', 'available']);
  expect(linesWith(next, 'is disabled, as it was under the last primary')).toHaveLength(1);
  await next.stop();

  const [first, second] = config.targets;
  left();
  const without = await startBalancer({ ...config, targets: [second] }, {}, { folder });
  expect(await statesOf(without)).toEqual(['available']);
  await without.stop();
  const again = await startBalancer({ ...config, targets: [first, second] }, {}, { folder });
  expect(await statesOf(again)).toEqual(['available', 'available']);
});

it('has `start` name the targets that are still out of use, and is forgotten by `start --fresh`', async () => {
  const place = await host();
  const [a, b] = listed([await echoTarget('a'), await echoTarget('b')]);
  await place.start({ sourcePort: await lastingPort(), balancerCount: 1, targets: [a, b] });
  const target = `127.0.0.1:${a?.port}`;
  expect(await place.command('drain', target)).toMatchObject({ code: 0 });
  const restarted = async (...args: string[]) => {
    expect(await place.command('stop')).toMatchObject({ code: 0 });
    const { stdout } = await place.command('start', ...args);
    return {
      said: stdout.split('\n').slice(1, -1),
      states: (await place.list())[0]?.targets.map(({ state }) => state),
    };
  };
  expect(await restarted()).toEqual({
    said: [
      `Target ${target} is draining, as it was when the last balancer with this config ended. "loadbalancer enable ${target} 0" brings it back; "start --fresh" forgets all such modes.`,
    ],
    states: ['draining', 'available'],
  });
  expect(await restarted('--fresh')).toEqual({ said: [], states: ['available', 'available'] });
  expect(await restarted()).toEqual({ said: [], states: ['available', 'available'] });
});

it('is left alone with one line where it is not whole or not its own', async () => {
  const { folder, runtime, config, left } = await leftBehind();
  const victim = join(folder, 'victim');
  fs.writeFileSync(victim, 'not for the balancer');
  const cases: [what: string, damage: (path: string) => void, line: string][] = [
    ['truncated', (path) => fs.truncateSync(path, 300), IGNORED],
    ['of other bytes', (path) => fs.writeFileSync(path, 'x'.repeat(10_000)), IGNORED],
    ['of another config', (path) => fs.writeFileSync(path, of(path).replaceAll(folder, `${folder}x`)), IGNORED],
    ['open to others', (path) => fs.chmodSync(path, 0o640), UNUSED],
    ['a link', (path) => fs.rmSync(path) ?? fs.symlinkSync(victim, path), UNUSED],
  ];
  if (process.getuid?.() === 0) cases.push(['of another user', (path) => fs.chownSync(path, 12_345, 12_345), UNUSED]);
  for (const [what, damage, line] of cases) {
    left();
    for (const path of stateFiles(runtime)) damage(path);
    const balancer = await startBalancer(config, {}, { folder });
    expect(await statesOf(balancer), what).toEqual(['available', 'available']);
    expect(linesWith(balancer, line), what).toHaveLength(1);
    await disable(balancer, config.targets[0]?.port);
    expect(await whoServes(balancer.port, clientAddress(0))).toBe('b');
    await balancer.stop();
  }
  expect(of(victim)).toBe('not for the balancer');
});

it.runIf(process.platform === 'linux')('is logged once where the disk takes no more, and fails nothing', async () => {
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const balancer = await startBalancer({ balancerCount: 1, targets });
  limitFileSize(balancer.pid, '1');
  await disable(balancer, targets[0]?.port);
  await balancer.command('enable', `127.0.0.1:${targets[0]?.port}`);
  await disable(balancer, targets[0]?.port);
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('b');
  limitFileSize(balancer.pid, 'unlimited');
  await until('it to be written again', () => linesWith(balancer, 'the state file is written again').length > 0);
  expect(linesWith(balancer, 'the state file cannot be written')).toHaveLength(1);
});

/** What a balancer with a disabled target has left that was killed. `left` leaves it once more. */
async function leftBehind() {
  const folder = await temporaryFolder();
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets };
  const killed = await startBalancer(config, {}, { folder });
  await disable(killed, targets[0]?.port);
  const { pid, workers } = await killed.status();
  for (const one of [pid, ...workers.map((worker) => worker.pid as number)]) process.kill(one, 'SIGKILL');
  const runtime = runtimeOf(killed);
  const contents = stateFiles(runtime).map((path) => [path, fs.readFileSync(path)] as const);
  const left = (): void => {
    for (const [path, content] of contents) {
      fs.rmSync(path);
      fs.writeFileSync(path, content, { mode: 0o600 });
    }
  };
  return { folder, runtime, config, left };
}

const runtimeOf = ({ folder }: TestBalancer): string => join(folder, 'runtime');
const of = (path: string): string => fs.readFileSync(path, 'utf8');
const statesOf = async (balancer: TestBalancer) => (await balancer.status()).targets.map(({ state }) => state);
const linesWith = ({ log }: TestBalancer, part: string) => log.filter(({ msg }) => msg.includes(part));

async function disable(balancer: TestBalancer, port: number | undefined): Promise<void> {
  expect(await balancer.command('disable', `127.0.0.1:${port}`)).toMatchObject({ code: 0 });
}

/** Has a process write no regular file beyond this size. */
function limitFileSize(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`]);
}
