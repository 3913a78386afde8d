// Workers in which a call of the controller's occupies a thread of Node's pool, as a name server or a file system that does not answer
// does. `process.exit` would wait for that thread.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command, startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { clientAddress, clientSocket, whoServes } from './support/clients.ts';
import { isGone } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';
import { successor, workerPid } from './support/workers.ts';

/** Opens a named pipe, and so waits for its writer. */
const OPENS_PIPE = `
const { open } = require('node:fs');
module.exports.run = (balancer) => {
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

const STACK = /^Error: no database\n +at .*c\.cjs:/m;
const FAILURES = [
  { how: "throw new Error('no database')", code: 1, printed: STACK },
  { how: "Promise.reject(new Error('no database'))", code: 1, printed: STACK },
  { how: "throw 'a text'", code: 1, printed: /^Uncaught:\n'a text'$/m },
  {
    how: "process.on('exit', () => { process.exitCode = 4; }); throw new Error('late')",
    code: 4,
    printed: /^Error: late$/m,
  },
  { how: 'process.exit(3)', code: 3, printed: undefined },
  { how: "process.on('exit', () => process.exit(5)); process.exit()", code: 5, printed: undefined },
  {
    how: "process.on('exit', () => { throw new Error('at exit'); }); try { process.exit(0); } catch {}",
    code: 1,
    printed: /^Error: at exit$/m,
  },
  {
    how: "throw Object.defineProperty(new Error(), 'stack', { get() { throw new Error('no stack'); } })",
    code: 1,
    printed: /^(an error that cannot be printed|\[Error\]$)/m, // Node 26 prints what it can
  },
];

it('exits immediately when its controller fails or ends it', async () => {
  const balancer = await start(`
    const failures = [${FAILURES.map(({ how }) => `() => { ${how}; }`)}];
    process.on('exit', () => console.error('listeners were called'));
    ${onClient('setImmediate(failures[socket.remoteAddress.split(".")[3]]);')}`);
  for (const [n, { how, code, printed }] of FAILURES.entries()) {
    const [pid, errors, lines] = [await workerPid(balancer, 0), balancer.errors().length, balancer.log.length];
    clientSocket(balancer.port, `127.0.99.${n}`);
    await successor(balancer, 0, pid);
    expect(
      balancer.log.slice(lines).map(({ reason }) => reason),
      how,
    ).toContain(`exit code ${code}`);
    const text = balancer.errors().slice(errors);
    expect(text, how).toContain('listeners were called');
    if (printed) expect(text).toMatch(printed);
    else expect(text, how).toBe('listeners were called\n');
  }
});

it('lives on when its controller handles the errors that nobody catches', async () => {
  const balancer = await start(`
    process.on('uncaughtException', ({ message }) => console.error(message));
    process.on('unhandledRejection', ({ message }) => console.error(message));
    ${onClient("setImmediate(() => { Promise.reject(new Error('second')); throw new Error('first'); });")}`);
  const pid = await workerPid(balancer, 0);
  expect(await whoServes(balancer.port, '127.0.99.1')).toBe('a');
  await until('both errors', () => balancer.errors().includes('first\n') && balancer.errors().includes('second\n'));
  expect(await workerPid(balancer, 0)).toBe(pid);
  expect(await balancer.stop()).toBe(0);
  expect(balancer.errors()).not.toContain(' at ');
});

/** Middleware that lets everyone in, and does something about clients from 127.0.99.x. */
function onClient(action: string): string {
  return `balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
    if (socket.remoteAddress.startsWith('127.0.99.')) ${action}
    next();
  });`;
}

const CONFIG = { balancerCount: 1, workerTimeout: 0, balancerControllerPath: 'c.cjs' };

/** @param more statements of the controller */
async function start(more = ''): Promise<TestBalancer> {
  const folder = await temporaryFolder();
  makePipe(folder);
  const config = { ...CONFIG, targets: listed([await echoTarget('a')]) };
  const balancer = await startBalancer(config, { 'c.cjs': `${OPENS_PIPE}${more}};` }, { folder });
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  return balancer;
}

function makePipe(folder: string): void {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
}

async function targetOf(balancer: TestBalancer): Promise<string> {
  return (await balancer.status()).targets[0]?.target as string;
}
