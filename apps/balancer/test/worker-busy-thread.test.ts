// Workers in which a call of the controller's occupies a thread of Node's pool, as a name server or a file system that does not answer
// does. `process.exit` would wait for that thread.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command, startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { isGone } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';
import { workerPid } from './support/workers.ts';

/** Opens a named pipe, and so waits for its writer. */
const OPENS_PIPE = `
const { open } = require('node:fs');
module.exports.run = () => {
  const pipe = require('node:path').join(__dirname, 'pipe');
  open(pipe, 'r', () => {});
`;

it('exits after its last connection when it is replaced', async () => {
  const balancer = await start();
  const before = await workerPid(balancer, 0);
  await writeFile(join(balancer.folder, 'c.cjs'), `${OPENS_PIPE}}; // changed`);
  expect((await balancer.command('reload')).code).toBe(0);
  await until('the old worker to be gone', () => isGone(before));
  expect((await balancer.command('drain', await targetOf(balancer), '--force')).code).toBe(0);
});

it('exits at a stop', async () => {
  const balancer = await start();
  expect(await balancer.stop()).toBe(0);
  expect(balancer.log.filter(({ level }) => level === 'error')).toEqual([]);
});

it('exits when its primary is dead', async () => {
  const balancer = await start();
  const pid = await workerPid(balancer, 0);
  process.kill(balancer.pid, 'SIGKILL');
  await until('the worker to be gone', () => isGone(pid));
});

it('fails a start as soon as the controller has failed', async () => {
  const folder = await temporaryFolder();
  makePipe(folder);
  await writeFile(join(folder, 'c.cjs'), `${OPENS_PIPE} throw new Error('no database'); };`);
  const targets = listed([await echoTarget('a')]);
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...CONFIG, sourcePort: 0, targets }));
  const { code, stderr } = await command(folder, 'run');
  expect(stderr).toContain('no database');
  expect(code).toBe(1);
}, 25_000); // a worker that hangs while it starts is killed after 30 s

const CONFIG = { balancerCount: 1, workerTimeout: 0, balancerControllerPath: 'c.cjs' };

async function start(): Promise<TestBalancer> {
  const folder = await temporaryFolder();
  makePipe(folder);
  const config = { ...CONFIG, targets: listed([await echoTarget('a')]) };
  const balancer = await startBalancer(config, { 'c.cjs': `${OPENS_PIPE}};` }, { folder });
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  return balancer;
}

function makePipe(folder: string): void {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
}

async function targetOf(balancer: TestBalancer): Promise<string> {
  return (await balancer.status()).targets[0]?.target as string;
}
