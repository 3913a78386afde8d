// The commands for operators, on a balancer with two workers: targets drained, disabled and enabled, and where a client goes.
import type { SessionDocument, TargetsDocument } from '@lb/cli';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { heardByAll } from './support/control-socket.ts';
import { allGreeted, connectedClients, type HeldClient } from './support/held-clients.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { until } from './support/wait.ts';

const CLIENTS = 40;
/** Connections of each client, so that they reach every worker. */
const CONNECTIONS = 4;

it('gives a drained target no new clients, and leaves it those that it has', async () => {
  const { balancer, a } = await start();
  const held = await heldClients(balancer);
  const homes = await targetsOfEach(balancer, 0);
  expect((await run(balancer, 'drain', idOf(a))).stdout).toBe(
    `${idOf(a)} of balancer 0 is draining now (it was enabled): it keeps the sessions it has and takes no new ones. "loadbalancer enable ${idOf(a)} 0" brings it back.\n`,
  );
  expect(await stateOf(balancer, a)).toBe('draining');
  expect(await targetsOfEach(balancer, 0)).toEqual(homes);
  const during = await targetsOfEach(balancer, 100);
  expect(during.flat()).not.toContain('a');

  await run(balancer, 'enable', idOf(a));
  expect(await stateOf(balancer, a)).toBe('available');
  expect(await targetsOfEach(balancer, 0)).toEqual(homes);
  expect(await targetsOfEach(balancer, 100)).toEqual(during);
  expectNoneSplit([...homes, ...during]);
  expect((await targetsOfEach(balancer, 200)).flat()).toContain('a');
  await Promise.all(held.map((client, n) => client.talk(`after all ${n}`)));
});

it('gives a disabled target no connection at all, and splits nobody when it is enabled again', async () => {
  const { balancer, a } = await start();
  const held = await heldClients(balancer);
  const homes = await targetsOfEach(balancer, 0);
  expect((await run(balancer, 'disable', idOf(a))).stdout).toContain(`${idOf(a)} of balancer 0 is disabled now`);
  expect(await stateOf(balancer, a)).toBe('disabled');
  const refuges = await targetsOfEach(balancer, 0);
  const during = await targetsOfEach(balancer, 100);
  expect([...refuges, ...during].flat()).not.toContain('a');
  for (const [n, targets] of homes.entries()) if (targets[0] !== 'a') expect(refuges[n]).toEqual(targets);

  await run(balancer, 'enable', idOf(a));
  expect(await targetsOfEach(balancer, 0)).toEqual(refuges);
  expect(await targetsOfEach(balancer, 100)).toEqual(during);
  expectNoneSplit([...refuges, ...during]);
  expect((await targetsOfEach(balancer, 200)).flat()).toContain('a');
  // Whatever it was told, what is open goes on.
  await Promise.all(held.map((client, n) => client.talk(`after all ${n}`)));
});

it('tells where a client goes, and why', async () => {
  const { balancer, targets } = await start({ sessionExpiry: 600_000, targetDeactivationDuration: 600_000 });
  const address = clientAddress(0);
  const first = await sessionOf(balancer, address);
  expect(first).toMatchObject({ clientAddress: address, clientKey: address, reason: 'home', holders: [] });
  expect(first.home).toBe(first.target);
  const home = targets.find((target) => idOf(target) === first.target) as TestTarget;
  expect((await run(balancer, 'sessions', address)).stdout).toBe(
    `${address} would go to ${idOf(home)}, its home: it has no session.\n`,
  );

  const [client] = (await connectedClients(balancer.port, 1)) as [HeldClient];
  await allGreeted([client]);
  expect(client.target).toBe(home.name);
  expect(await sessionOf(balancer, address)).toMatchObject({
    target: idOf(home),
    reason: 'session',
    holders: [{ target: idOf(home), connections: 1 }],
  });

  await run(balancer, 'disable', idOf(home));
  const name = await whoServes(balancer.port, address);
  expect(name).not.toBe(home.name);
  await run(balancer, 'enable', idOf(home));
  const displaced = await sessionOf(balancer, address);
  const refugeId = idOf(targets.find((target) => target.name === name) as TestTarget);
  expect(displaced).toMatchObject({ target: refugeId, reason: 'displaced', home: idOf(home) });
  expect(new Set(displaced.holders.map(({ target }) => target))).toEqual(new Set([refugeId]));
  expect((await run(balancer, 'sessions', address)).stdout).toContain(
    `${address} goes to ${refugeId}: it has a session there, displaced from its home ${idOf(home)}.\n`,
  );
  expect(await whoServes(balancer.port, address)).toBe(name);

  await home.kill();
  await targetsOfEach(balancer, 100);
  await until('the dead target to be suspended', async () => (await stateOf(balancer, home)) === 'suspended');
  await heardByAll(balancer);
  let n = 200;
  const next = await until('a client whose home is suspended', async () => {
    const other = await sessionOf(balancer, clientAddress(n++));
    return other.home === idOf(home) && other;
  });
  expect(next).toMatchObject({ reason: 'next choice', holders: [] });
  const expected = targets.find((target) => idOf(target) === next.target);
  expect(await whoServes(balancer.port, next.clientAddress)).toBe(expected?.name);
});

it('says what it does not know', async () => {
  const { balancer, targets } = await start();
  const unknown = await balancer.command('drain', '127.0.0.1:1');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  for (const text of ['There is no target 127.0.0.1:1', ...targets.map(idOf)]) expect(unknown.stderr).toContain(text);
  const nobody = await balancer.command('sessions', 'localhost');
  expect(nobody).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is not an IP address') });
  const table = (await run(balancer, 'targets')).stdout;
  expect(table).toMatch(/^TARGET +STATE +WEIGHT +CONNECTIONS +SESSIONS\n/);
  for (const target of targets) expect(table).toMatch(new RegExp(`^${idOf(target)} +available +1 +0 +0$`, 'm'));
});

it('leaves clients a target unless it is forced, and says what is true of a suspended one', async () => {
  const { balancer, targets, a } = await start({ targetDeactivationDuration: 600_000, deny: [clientAddress(200)] });
  const [, b, c] = targets as [TestTarget, TestTarget, TestTarget];
  await run(balancer, 'disable', idOf(b));
  await a.kill();
  await targetsOfEach(balancer, 0);
  await until('the dead target to be suspended', async () => (await stateOf(balancer, a)) === 'suspended');
  expect((await run(balancer, 'enable', idOf(a))).stdout).toBe(
    `${idOf(a)} of balancer 0 was enabled already: it is suspended, and takes clients again when it answers.\n`,
  );
  for (const command of ['drain', 'disable']) {
    const refused = await balancer.command(command, idOf(c));
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is the last target') });
    expect(refused.stderr).toContain('--force');
  }
  expect(await stateOf(balancer, c)).toBe('available');
  await run(balancer, 'disable', idOf(c), '--force');
  expect(await stateOf(balancer, c)).toBe('disabled');
  expect((await run(balancer, 'sessions', clientAddress(200))).stdout).toBe(
    `${clientAddress(200)} is turned away: it is in the list \`deny\` of the config.\n`,
  );
});

async function start(config: object = {}) {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2, ...config });
  return { balancer, targets, a: targets[0] as TestTarget };
}

/** A command that succeeds. */
async function run(balancer: TestBalancer, ...args: string[]): Promise<{ stdout: string }> {
  const { code, stdout, stderr } = await balancer.command(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { stdout };
}

async function sessionOf(balancer: TestBalancer, address: string): Promise<SessionDocument> {
  return JSON.parse((await run(balancer, 'sessions', address, '--json')).stdout);
}

async function stateOf(balancer: TestBalancer, wanted: TestTarget): Promise<string | undefined> {
  const { targets }: TargetsDocument = JSON.parse((await run(balancer, 'targets', '--json')).stdout);
  return targets.find(({ target }) => target === idOf(wanted))?.state;
}

function idOf({ host, port }: TestTarget): string {
  return `${host}:${port}`;
}

/** Most of the clients, each with a connection that stays. */
async function heldClients({ port }: TestBalancer): Promise<HeldClient[]> {
  const clients = await connectedClients(port, (CLIENTS * 3) / 4);
  await allGreeted(clients);
  expect(clients.some(({ target }) => target === 'a')).toBe(true);
  return clients;
}

/** The targets of several connections at a time of each of some clients. */
function targetsOfEach({ port }: TestBalancer, first: number): Promise<string[][]> {
  const targetsOf = (n: number) =>
    Promise.all(Array.from({ length: CONNECTIONS }, () => whoServes(port, clientAddress(first + n))));
  return Promise.all(Array.from({ length: CLIENTS }, (_, n) => targetsOf(n)));
}

function expectNoneSplit(targets: readonly string[][]): void {
  expect(targets.filter((of) => new Set(of).size > 1)).toEqual([]);
}
