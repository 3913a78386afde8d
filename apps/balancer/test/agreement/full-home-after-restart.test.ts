// A new client whose home is full is placed where it is served also where a primary has taken the place of another one, unless workers of
// that one may still have the client: they cannot be asked.
import { expect, it } from 'vitest';
import { clientAddress, clientSocket, targetName, whoServes } from '../support/clients.ts';
import { currentStatus } from '../support/control-socket.ts';
import { type Host, host } from '../support/host.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { signal } from '../support/runtime-processes.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 30;

it('stays where it is served after a stop and a start', async () => {
  const { place, port, atHome } = await begun();
  expect(await place.command('stop')).toMatchObject({ code: 0 });
  expect(await place.command('start')).toMatchObject({ code: 0 });
  expect(await stays(place, port, atHome)).toBe(true);
});

it('stays where it is served after the death of a primary whose workers have left', async () => {
  const { place, port, pid, atHome } = await begun();
  const before = await workersOf(place);
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  await until('the earlier workers to leave', () => !place.processes().some((one) => before.includes(one)));
  // The primary looks once a second.
  await until('a new client to stay where it is served', () => stays(place, port, atHome));
});

/** A balancer, and clients that are at home at target a, which takes one connection. None has a connection. */
async function begun() {
  const [a, b] = listed(await Promise.all(['a', 'b'].map(echoTarget)));
  const place = await host();
  const { sourcePort: port, pid } = await place.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    shutdownTimeout: 3_600_000,
    targets: [{ ...a, maxConnections: 1 }, b],
  });
  const atHome: string[] = [];
  for (let n = 0; atHome.length < CLIENTS; n += 1) {
    await connections(place, 0);
    if ((await whoServes(port, clientAddress(n))) === 'a') atHome.push(clientAddress(n));
  }
  await connections(place, 0);
  return { place, port, pid, atHome };
}

/** Whether the next one of these clients that comes while its home is full is served there again once it has room. */
async function stays(place: Host, port: number, atHome: string[]): Promise<boolean> {
  const one = clientSocket(port, atHome[0] as string);
  expect(await targetName(one)).toBe('a');
  const other = atHome.pop() as string;
  const second = clientSocket(port, other);
  expect(await targetName(second)).toBe('b');
  one.destroy();
  await connections(place, 1);
  const isThere = (await whoServes(port, other)) === 'b';
  second.destroy();
  await connections(place, 0);
  return isThere;
}

function connections(place: Host, count: number): Promise<unknown> {
  return until(`${count} connections`, async () => (await currentStatus(place.runtime))?.connections === count);
}

async function workersOf(place: Host): Promise<number[]> {
  const status = await currentStatus(place.runtime);
  return status?.workers.map(({ pid }) => pid as number) ?? [];
}
