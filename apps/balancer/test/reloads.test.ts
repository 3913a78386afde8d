// What asks for a reload, in which order several are done, and what becomes of connections.
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { changeConfig, reload } from './support/changed-config.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { Load } from './support/load.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { until } from './support/wait.ts';
import { successor, workerPid } from './support/workers.ts';

/** ms, longer than any test. */
const HOUR = 3_600_000;
/** New connections a second. */
const RATE = 200;
/** Of those, the most that come between the last look into a listener's queue and its end, and are reset. */
const CLOSING = RATE / 4;

it('leaves connections to a removed target open, and gives their clients another one for the next', async () => {
  const { balancer, targets } = await start();
  const clients = await connectedClients(balancer.port, 30);
  await allGreeted(clients);
  const removed = targets[0] as TestTarget;
  await reload(balancer, { targets: listed(targets.slice(1)) });
  await Promise.all(clients.map((client, n) => client.talk(`after the reload ${n}`)));
  expect(clients.some(({ target }) => target === removed.name)).toBe(true);
  for (const [n, { target }] of clients.entries()) {
    const next = await whoServes(balancer.port, clientAddress(n));
    if (target === removed.name) expect(next).not.toBe(target);
    else expect(next).toBe(target);
  }
});

it('gives a target that is added new clients only', async () => {
  const { balancer, targets } = await start();
  const added = await echoTarget('c');
  const homes = await whoServesEach(balancer.port, 30, 0);
  await reload(balancer, { targets: listed([...targets, added]) });
  expect(await whoServesEach(balancer.port, 30, 0)).toEqual(homes);
  expect(await whoServesEach(balancer.port, 30, 100)).toContain('c');
});

it('remembers who was where when workers are replaced, though these leave long before sessionExpiry', async () => {
  const { balancer, targets } = await start({ sessionExpiry: HOUR });
  const added = await echoTarget('c');
  const homes = await whoServesEach(balancer.port, 30, 0);
  const pids = async () => (await balancer.status()).workers.map(({ pid }) => pid);
  const replaced = await pids();
  await reload(balancer, { balancerCount: 3 });
  await until('the replaced workers to leave', async () => !(await pids()).some((pid) => replaced.includes(pid)));
  await reload(balancer, { targets: listed([...targets, added]) });
  expect(await whoServesEach(balancer.port, 30, 0)).toEqual(homes);
});

it('does reloads that are asked for at once one after the other', async () => {
  const { balancer, targets } = await start({ balancerControllerPath: 'a.cjs' }, { 'a.cjs': controller('a') });
  const { first, gate } = await slowReload(balancer, {});
  const second = reload(balancer, { targets: listed(targets.slice(1)) });
  const third = balancer.command('reload', '--json');
  for (const turn of [first, second]) turn.catch(() => {}); // looked at below
  await until('the others to be heard', () => questionsTo(balancer) === 3);
  expect(await whoServes(balancer.port, clientAddress(0))).toMatch(/^[ab]$/);
  expect((await balancer.status()).targets).toHaveLength(2);

  await writeFile(gate, '');
  expect(await first).toMatchObject({ changed: ['balancerControllerPath'], workersReplaced: 2 });
  expect(await second).toMatchObject({ changed: ['targets'], workersReplaced: 0 });
  expect((await third).code).toBe(0);
  expect((await balancer.status()).targets).toHaveLength(1);
  const done = () => balancer.log.filter(({ msg }) => msg.startsWith('reloaded ')).map(({ changed }) => changed);
  await until('word of both', () => done().length >= 2);
  expect(done().slice(0, 2)).toEqual([['balancerControllerPath'], ['targets']]);
});

it('starts the successor of a worker that dies during a reload with the config that still applies', async () => {
  const { balancer } = await start();
  const homes = await whoServesEach(balancer.port, 30, 0);
  const { first, gate } = await slowReload(balancer, { deny: ['0.0.0.0/0'] });
  first.catch(() => {}); // looked at below
  const pid = await workerPid(balancer, 0);
  process.kill(pid, 'SIGKILL');
  await successor(balancer, 0, pid);
  expect(await whoServesEach(balancer.port, 30, 0)).toEqual(homes);
  await writeFile(gate, '');
  expect(await first).toMatchObject({ changed: ['balancerControllerPath', 'deny'], workersReplaced: 2 });
});

it('reloads at SIGHUP, and logs why it can not', async () => {
  const { balancer, targets } = await start();
  await changeConfig(balancer, { targets: listed(targets.slice(1)) });
  process.kill(balancer.pid, 'SIGHUP');
  const line = await until('the reload', () => balancer.log.find(({ by }) => by === 'SIGHUP'));
  expect(line).toMatchObject({ level: 'info', changed: ['targets'], workersReplaced: 0 });
  expect(await whoServesEach(balancer.port, 20, 0)).toEqual(Array.from({ length: 20 }, () => 'b'));

  await writeFile(join(balancer.folder, 'config.json'), '{ "sourcePort": 80,, }');
  process.kill(balancer.pid, 'SIGHUP');
  const failure = await until('the failure', () => balancer.log.find(({ level, by }) => by && level === 'error'));
  expect(failure.msg).toMatch(/^the reload \(SIGHUP\) failed: .*goes on with the config it has.*config\.json:1:/s);
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('b');
});

it('reloads when the file changes, for as long as watchConfig says so', async () => {
  const { balancer, targets } = await start({ watchConfig: true });
  const reloads = () => balancer.log.filter(({ by }) => by === 'the file has changed');
  await changeConfig(balancer, { targets: listed(targets.slice(1)) });
  await until('the reload', () => reloads().length === 1);
  expect(await whoServesEach(balancer.port, 20, 0)).toEqual(Array.from({ length: 20 }, () => 'b'));

  await changeConfig(balancer, { targets: [] });
  const failure = await until('the failure', () => reloads()[1]);
  expect(failure).toMatchObject({ level: 'error', msg: expect.stringContaining('targets') });
  await changeConfig(balancer, { targets: listed(targets), watchConfig: false });
  await until('the last reload of its own', () => reloads()[2]);
  await changeConfig(balancer, { targets: listed(targets.slice(1)) });
  expect(await reload(balancer, {})).toMatchObject({ changed: ['targets'] });
  expect(reloads()).toHaveLength(3);
});

it.each([
  ['as many', 2],
  ['fewer', 1],
  ['more', 4],
])('moves to another port with %s workers, and loses nobody who came to the old one', async (_, balancerCount) => {
  const { balancer } = await start();
  const clients = await connectedClients(balancer.port, 20);
  await allGreeted(clients);
  const load = new Load({ port: balancer.port, rate: RATE, firstClient: 1000 });
  await load.goesOn(50);
  const sourcePort = await lastingPort();
  const answer = await reload(balancer, { sourcePort, balancerCount });
  expect(answer).toMatchObject({ workersReplaced: balancerCount });
  expect(answer.changed.toSorted()).toEqual(balancerCount === 2 ? ['sourcePort'] : ['balancerCount', 'sourcePort']);
  for (const [n, { target }] of clients.entries()) expect(await whoServes(sourcePort, clientAddress(n))).toBe(target);
  await until('the old port to be closed', () => load.failed.some(({ failure }) => failure === 'ECONNREFUSED'));
  const all = (await load.end()).toSorted((one, other) => one.begun - other.begun);
  const closed = all.findIndex(({ failure }) => failure === 'ECONNREFUSED');
  expect(all.slice(0, Math.max(0, closed - CLOSING)).filter(({ failure }) => failure !== undefined)).toEqual([]);
  expect(load.failed.filter(({ target }) => target !== undefined)).toEqual([]);
  await Promise.all(clients.map((client, n) => client.talk(`after the move ${n}`)));
  expect(balancer.log.filter(({ level }) => level === 'error')).toEqual([]);
});

it.each([
  ['a controller that throws', { balancerControllerPath: 'bad.cjs' }, 'on purpose'],
  ['a controller that is not there', { balancerControllerPath: 'missing.cjs' }, 'missing.cjs'],
  ['an option that holds from the start', { stickiness: false }, 'Stop it and start it again'],
])('changes nothing for %s', async (_, changes, reason) => {
  const { balancer, targets } = await start({}, { 'bad.cjs': `throw new Error('on purpose');` });
  const before = await balancer.status();
  await changeConfig(balancer, { targets: listed(targets.slice(1)), ...changes });
  const { code, stderr } = await balancer.command('reload');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) });
  const after = await balancer.status();
  const facts = ({ epoch, targets: list, workers }: typeof before) => ({
    epoch,
    list,
    pids: workers.map(({ pid }) => pid),
  });
  expect(facts(after)).toEqual(facts(before));
});

async function start(
  config: object = {},
  files: Record<string, string> = {},
): Promise<{ balancer: TestBalancer; targets: TestTarget[] }> {
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  return { targets, balancer: await startBalancer({ targets: listed(targets), balancerCount: 2, ...config }, files) };
}

/** The targets of `count` clients from the `first` on. */
function whoServesEach(port: number, count: number, first: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => whoServes(port, clientAddress(first + n))));
}

/** A reload whose new controller has begun to load, and has loaded once there is the file `gate`. */
async function slowReload(balancer: TestBalancer, changes: object) {
  const [gate, loading] = ['gate', 'loading'].map((name) => join(balancer.folder, name)) as [string, string];
  const slow = `
    const { existsSync, writeFileSync } = require('node:fs');
    module.exports.run = async () => {
      writeFileSync(${JSON.stringify(loading)}, '');
      while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 10));
    };
  `;
  await writeFile(join(balancer.folder, 'slow.cjs'), slow);
  const first = reload(balancer, { balancerControllerPath: 'slow.cjs', ...changes });
  await until('the reload to be under way', () => existsSync(loading));
  return { first, gate };
}

function controller(name: string): string {
  return `module.exports.run = () => { /* ${name} */ };`;
}

/** How many connections there are to a balancer's control socket. The kernel knows it by the name that it had at first. */
function questionsTo({ folder }: TestBalancer): number {
  const connected = /: \S+ \S+ \S+ \S+ 03 /;
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n');
  return lines.filter((line) => line.includes(` ${join(folder, 'runtime')}/`) && connected.test(line)).length;
}
