// What is lost with the runtime folder while a balancer runs, and what is not: clients are served, and modes are kept or the answer says no.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { type HostOptions, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { describeAsRoot } from './support/root.ts';
import { signal } from './support/runtime-processes.ts';
import { stateFiles } from './support/state-files.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

async function started(options: object = {}, at: HostOptions = {}) {
  const place = await host(at);
  const targets = listed([await echoTarget('a'), await echoTarget('b')]);
  const status = await place.start({ sourcePort: await lastingPort(), balancerCount: 1, targets, ...options });
  const [a, b] = targets.map(({ port }) => `127.0.0.1:${port}`) as [string, string];
  return { place, status, a, b };
}

it('serves clients with a primary that is started again and can have no control socket', async () => {
  const { place, status } = await started();
  const { pid, supervisorPid, sourcePort } = status;
  renameSync(place.runtime, `${place.runtime}.aside`);
  writeFileSync(place.runtime, 'no folder');
  signal(pid, 'SIGKILL');
  const lines = async (part: string) => (await place.log()).filter(({ msg }) => msg.includes(part));
  await until('the next primary to serve', async () => (await lines('accepts connections on port')).length === 2);
  expect(await whoServes(sourcePort, clientAddress(0))).toMatch(/^[ab]$/);
  expect(await lines('this balancer has no control socket, and commands do not reach it')).toHaveLength(1);
  expect(await lines('cannot start')).toEqual([]);
  // What finds it while no primary answers is there again before the next primary.
  rmSync(place.runtime);
  renameSync(`${place.runtime}.aside`, place.runtime);
  const file = JSON.parse(readFileSync(join(place.runtime, '0.supervisor'), 'utf8'));
  expect(file.pid).toBe(supervisorPid);
  expect(await place.command('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopped balancer 0') });
  await place.quiet();
});

it('is found under its index by all commands once its primary is started again, when the folder was removed', async () => {
  const { place, status, a } = await started();
  rmSync(place.runtime, { recursive: true });
  signal(status.pid, 'SIGKILL');
  await until('the next primary', async () => (await place.list()).some(({ pid }) => pid !== status.pid));
  expect(place.sockets().sort()).toEqual(['0.sock', '0.supervisor']);
  expect((await place.command('disable', a)).stdout).not.toContain('could not be kept');
  expect(await place.command('stop')).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopped balancer 0') });
  await place.quiet();
});

it('keeps a mode when the state files were removed', async () => {
  const { place, status, a } = await started();
  for (const path of stateFiles(place.runtime)) rmSync(path);
  const { stdout } = await place.command('disable', a);
  expect(stdout).not.toContain('could not be kept');
  signal(status.pid, 'SIGKILL');
  await until('the next primary', async () => (await place.list()).some(({ pid }) => pid !== status.pid));
  expect((await place.list())[0]?.targets.map(({ state }) => state)).toEqual(['disabled', 'available']);
});

it('says that a mode is not kept when the state files cannot be written', async () => {
  const { place, a } = await started();
  for (const path of stateFiles(place.runtime)) {
    rmSync(path);
    mkdirSync(path);
  }
  const { code, stdout } = await place.command('disable', a);
  expect(code).toBe(0);
  expect(stdout).toMatch(/is disabled now .* could not be kept: .* was removed and cannot be made again: EISDIR/);
  expect(JSON.parse((await place.command('drain', a, '--json')).stdout)).toMatchObject({
    mode: 'draining',
    unkept: expect.stringContaining('EISDIR'),
  });
});

it('says that a mode is not kept when there was no state to begin with', async () => {
  const { place, status, a } = await started();
  for (const path of stateFiles(place.runtime)) {
    rmSync(path);
    mkdirSync(path);
  }
  signal(status.pid, 'SIGKILL');
  await until('the next primary', async () => (await place.list()).some(({ pid }) => pid !== status.pid));
  expect((await place.command('disable', a)).stdout).toMatch(/could not be kept: .* EISDIR/);
});

describeAsRoot((installed) => {
  it('says that a mode is not kept when the primary has changed its user and the state files were removed', async () => {
    const { bin, node = process.execPath } = installed();
    const at = { folder: installed().place(), bin, node };
    const { place, status, a } = await started({ downgradeToUser: 'nobody' }, at);
    for (const path of stateFiles(place.runtime)) rmSync(path);
    expect((await place.command('disable', a)).stdout).toMatch(
      /could not be kept: .* cannot make them again since it has changed its user; start the balancer again\.$/m,
    );
    signal(status.pid, 'SIGKILL');
    await until('the next primary', async () => (await place.list()).some(({ pid }) => pid !== status.pid));
    expect((await place.command('disable', a)).stdout).not.toContain('could not be kept');
  });
});
