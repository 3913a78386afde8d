// The files in which a balancer keeps its state for the next one: whose they are, and that nothing depends on them.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { stateFiles } from './support/state-files.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const IGNORED = 'is damaged or is that of another config: it is ignored';

/** A place in which a balancer has drained its first target, and has stopped. */
async function drained(place: Host): Promise<{ config: object; target: string }> {
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const config = { sourcePort: await lastingPort(), sourceHost: '127.0.0.1', balancerCount: 1, targets };
  const target = `127.0.0.1:${targets[0]?.port}`;
  await place.start(config);
  expect(await place.command('drain', target)).toMatchObject({ code: 0 });
  expect(await place.command('stop')).toMatchObject({ code: 0 });
  return { config, target };
}

const statesOf = async (place: Host) => (await place.list())[0]?.targets.map(({ state }) => state);
const linesOf = async (place: Host, part: string) => (await place.log()).filter(({ msg }) => msg.includes(part));

it('has mode 0600, and nothing to keep at first', async () => {
  const place = await host();
  await place.start({ sourcePort: 0, balancerCount: 1, targets: [{ host: '127.0.0.1', port: 9 }] });
  const files = stateFiles(place.runtime).map((path) => fs.statSync(path));
  expect(files.map(({ mode, size }) => [mode & 0o777, size])).toEqual([
    [0o600, 0],
    [0o600, 0],
  ]);
  expect(await linesOf(place, 'state')).toEqual([]);
});

it.each([
  ['truncated', (path: string) => fs.truncateSync(path, 300)],
  ['of other bytes', (path: string) => fs.writeFileSync(path, 'x'.repeat(10_000))],
])('is ignored with one line where it is %s', async (_, damage) => {
  const place = await host();
  const { config } = await drained(place);
  for (const path of stateFiles(place.runtime)) damage(path);
  await place.start(config);
  expect(await statesOf(place)).toEqual(['available', 'available']);
  expect(await linesOf(place, IGNORED)).toHaveLength(1);
});

it('is ignored where it is that of another config', async () => {
  const place = await host();
  const { config } = await drained(place);
  const other = { ...config, sourcePort: await lastingPort() };
  const own = stateFiles(place.runtime).sort();
  await place.start(other, 'other.json');
  expect(await statesOf(place)).toEqual(['available', 'available']);
  expect(await place.command('stop')).toMatchObject({ code: 0 });
  const others = stateFiles(place.runtime).filter((path) => !own.includes(path));
  for (const [index, path] of others.sort().entries()) fs.renameSync(own[index] as string, path);
  await place.start(other, 'other.json');
  expect(await statesOf(place)).toEqual(['available', 'available']);
  expect(await linesOf(place, IGNORED)).toHaveLength(1);
});

it('counts only where it concerns a target of the config', async () => {
  const place = await host();
  const { config } = await drained(place);
  const { targets } = config as { targets: object[] };
  await place.start({ ...config, targets: targets.slice(1) });
  expect(await statesOf(place)).toEqual(['available']);
  expect(await place.command('stop')).toMatchObject({ code: 0 });
  await place.start(config);
  expect(await statesOf(place)).toEqual(['available', 'available']);
});

it('is not used where a link is in its place, and the balancer runs without', async () => {
  const place = await host();
  const { config, target } = await drained(place);
  const [path = ''] = stateFiles(place.runtime).sort();
  const victim = await place.write('victim', 'not for the balancer');
  fs.unlinkSync(path);
  fs.symlinkSync(victim, path);
  const { sourcePort } = await place.start(config);
  expect(await statesOf(place)).toEqual(['available', 'available']);
  expect(await linesOf(place, 'no state is kept')).toHaveLength(1);
  expect(await place.command('drain', target)).toMatchObject({ code: 0 });
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('b');
  expect(fs.readFileSync(victim, 'utf8')).toBe('not for the balancer');
});

it('is taken over by `run` when the one before was killed with all of its workers', async () => {
  const folder = await temporaryFolder();
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets };
  const killed = await startBalancer(config, {}, { folder });
  await disable(killed, targets[0]?.port);
  const { pid, workers } = await killed.status();
  for (const process_ of [pid, ...workers.map((worker) => worker.pid as number)]) process.kill(process_, 'SIGKILL');
  const next = await startBalancer(config, {}, { folder });
  expect((await next.status()).targets.map(({ state }) => state)).toEqual(['disabled', 'available']);
  expect(next.log.filter(({ msg }) => msg.endsWith('is disabled, as it was under the last primary'))).toHaveLength(1);
});

it.runIf(process.platform === 'linux')('is logged once where the disk takes no more, and fails nothing', async () => {
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const balancer = await startBalancer({ balancerCount: 1, targets });
  limitFileSize(balancer.pid, '1');
  await disable(balancer, targets[0]?.port);
  await balancer.command('enable', `127.0.0.1:${targets[0]?.port}`);
  await disable(balancer, targets[0]?.port);
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('b');
  const failures = () => balancer.log.filter(({ msg }) => msg.startsWith('the state file cannot be written'));
  expect(failures()).toHaveLength(1);
  limitFileSize(balancer.pid, 'unlimited');
  await until('it to be written again', () =>
    balancer.log.find(({ msg }) => msg === 'the state file is written again'),
  );
  expect(failures()).toHaveLength(1);
});

it.runIf(process.getuid?.() === 0)('is not used where it belongs to another user', async () => {
  const place = await host();
  const { config } = await drained(place);
  for (const path of stateFiles(place.runtime)) fs.chownSync(path, 12_345, 12_345);
  await place.start(config);
  expect(await statesOf(place)).toEqual(['available', 'available']);
  expect(await linesOf(place, 'belongs to uid 12345')).toHaveLength(1);
});

async function disable(balancer: TestBalancer, port: number | undefined): Promise<void> {
  expect(await balancer.command('disable', `127.0.0.1:${port}`)).toMatchObject({ code: 0 });
}

/** Has a process write no file beyond this size, of those that are regular ones. */
function limitFileSize(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`]);
}
