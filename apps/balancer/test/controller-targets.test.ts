// Case 7, targets: what a controller does to the targets holds in all workers, also in those that come later.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { heardByAll } from './support/control-socket.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { eventually, until } from './support/wait.ts';

const CLIENTS = 40;
/** The client whose connections make the controller act. */
const OPERATOR = '127.0.200.1';

function controller(action: string): string {
  return `
    module.exports.run = (balancer) => {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
        if (socket.clientAddress === '${OPERATOR}') { ${action} }
        next();
      });
    };
  `;
}

function start(targets: readonly TestTarget[], action: string, more: object = {}): Promise<TestBalancer> {
  const config = { targets: listed(targets), balancerCount: 2, balancerControllerPath: 'balancer.cjs', ...more };
  return startBalancer(config, { 'balancer.cjs': controller(action) });
}

/** The names of the targets that serve many clients, whose connections reach every worker. */
async function serving(balancer: TestBalancer): Promise<string[]> {
  const clients = Array.from({ length: CLIENTS }, (_, n) => clientAddress(n));
  const names = await Promise.all(clients.map((address) => whoServes(balancer.port, address)));
  for (const { sessions } of (await balancer.status()).workers) expect(sessions).toBeGreaterThan(0);
  return [...new Set(names)].sort();
}

async function state(balancer: TestBalancer): Promise<string[]> {
  return (await balancer.status()).targets.map(({ target, state: now }) => `${target} ${now}`).sort();
}

/** Waits until all workers have these targets. */
async function changedTo(balancer: TestBalancer, targets: readonly string[]): Promise<void> {
  await eventually(async () => expect(await state(balancer)).toEqual(targets));
  await heardByAll(balancer);
}

function line({ host, port }: TestTarget, now: string): string {
  return `${host}:${port} ${now}`;
}

it('setTargets holds in all workers, and in one that takes the place of a dead one', async () => {
  const [a, b, c] = (await Promise.all(['a', 'b', 'c'].map((name) => echoTarget(name)))) as [
    TestTarget,
    TestTarget,
    TestTarget,
  ];
  const balancer = await start([a, b], `balancer.setTargets(${JSON.stringify(listed([b, c]))});`);
  expect(await serving(balancer)).toEqual(['a', 'b']);

  expect(await whoServes(balancer.port, OPERATOR)).not.toBe('a');
  const changed = [line(b, 'available'), line(c, 'available')].sort();
  await changedTo(balancer, changed);
  expect(await serving(balancer)).toEqual(['b', 'c']);

  const { workers } = await balancer.status();
  const [dead] = workers;
  process.kill(dead?.pid as number, 'SIGKILL');
  await until('a new worker to be ready', async () => {
    const { workers: now } = await balancer.status();
    return now.every((worker) => worker.state === 'ready') && now[0]?.pid !== dead?.pid;
  });
  await heardByAll(balancer);
  expect(await state(balancer)).toEqual(changed);
  expect(await serving(balancer)).toEqual(['b', 'c']);
});

it('setTargets takes names as well as addresses, from the next connection on', async () => {
  const [a, b] = (await Promise.all(['a', 'b'].map((name) => echoTarget(name)))) as [TestTarget, TestTarget];
  const named = [{ host: 'localhost', port: b.port }];
  const balancer = await start([a], `balancer.setTargets(${JSON.stringify(named)});`);
  expect(await serving(balancer)).toEqual(['a']);

  expect(await whoServes(balancer.port, OPERATOR)).toBe('b');
  await changedTo(balancer, [`localhost:${b.port} available`]);
  expect(await serving(balancer)).toEqual(['b']);
});

it('deactivateTarget holds in all workers', async () => {
  const [a, b] = (await Promise.all(['a', 'b'].map((name) => echoTarget(name)))) as [TestTarget, TestTarget];
  const balancer = await start([a, b], `balancer.deactivateTarget('${a.host}', ${a.port});`);
  expect(await serving(balancer)).toEqual(['a', 'b']);

  expect(await whoServes(balancer.port, OPERATOR)).toBe('b');
  const changed = [line(a, 'suspended'), line(b, 'available')].sort();
  await changedTo(balancer, changed);
  expect(await serving(balancer)).toEqual(['b']);
});

it('deactivateTarget is not ended by a client that has no other target', async () => {
  const a = await echoTarget('a');
  const action = `balancer.deactivateTarget('${a.host}', ${a.port});`;
  const balancer = await start([a], action, { targetDeactivationDuration: 600_000 });
  expect(await whoServes(balancer.port, OPERATOR)).toBe('a');
  await changedTo(balancer, [line(a, 'suspended')]);
  expect(await serving(balancer)).toEqual(['a']);
  expect(await state(balancer)).toEqual([line(a, 'suspended')]);
  const said = balancer.log.map(({ msg }) => msg).filter((msg) => msg.startsWith(`target ${a.host}:${a.port} `));
  expect(said).toEqual([`target ${a.host}:${a.port} is suspended for 10 min: requested by the controller`]);
});

it('deactivateTarget ends after targetDeactivationDuration', async () => {
  const [a, b] = (await Promise.all(['a', 'b'].map((name) => echoTarget(name)))) as [TestTarget, TestTarget];
  const action = `balancer.deactivateTarget('${a.host}', ${a.port});`;
  const balancer = await start([a, b], action, { targetDeactivationDuration: 500 });
  expect(await whoServes(balancer.port, OPERATOR)).toBe('b');
  const said = (what: string) => balancer.log.some(({ msg }) => msg.startsWith(`target ${a.host}:${a.port} ${what}`));
  await until('the target to be suspended', () => said('is suspended for 500 ms: '));
  await until('the target to be back', () => said('is back'));
  await changedTo(balancer, [line(a, 'available'), line(b, 'available')].sort());
});
