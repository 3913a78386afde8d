// What the next primary knows: where clients are that are not at home, and which targets are out of use. Also after the change of user.
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from '../support/clients.ts';
import { currentStatus } from '../support/control-socket.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { type Host, host } from '../support/host.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { describeAsRoot } from '../support/root.ts';
import { signal } from '../support/runtime-processes.ts';
import { stateHas } from '../support/state-files.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 60;

it('leads clients to where their connections are, though that is not their home', async () => {
  await displacedClientsStay(await host(), {});
});

it('leaves drained and disabled targets out of use', async () => {
  await modesStay(await host(), {});
});

describeAsRoot((installed) => {
  it('leads clients to where their connections are where the primary has become another user', async () => {
    await displacedClientsStay(await host({ ...installed(), folder: installed().place() }), {
      downgradeToUser: 'nobody',
    });
  });

  it('leaves drained and disabled targets out of use where the primary has become another user', async () => {
    await modesStay(await host({ ...installed(), folder: installed().place() }), { downgradeToUser: 'nobody' });
  });
});

async function displacedClientsStay(place: Host, options: object): Promise<void> {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const { pid, sourcePort } = await place.start(
    await configFor(targets, { ...options, targetDeactivationDuration: 200 }),
  );
  const homes: string[] = [];
  for (let n = 0; n < CLIENTS; n += 1) homes.push(await whoServes(sourcePort, clientAddress(n)));
  await targets[0]?.kill();
  const held = await connectedClients(sourcePort, CLIENTS);
  await allGreeted(held);
  await targets[0]?.start();
  let newcomers = CLIENTS;
  await until('the target that was dead to serve again', async () => {
    newcomers += 1;
    return (await whoServes(sourcePort, clientAddress(newcomers))) === 'a';
  });
  const displaced = held.flatMap((client, n) => (client.target === homes[n] ? [] : [clientAddress(n)]));
  expect(displaced.length).toBeGreaterThan(0);
  await stateHas(place.runtime, displaced);

  for (const death of [1, 2]) {
    const before = death === 1 ? pid : ((await currentStatus(place.runtime))?.pid ?? 0);
    signal(before, 'SIGKILL');
    await nextPrimary(place, before);
    for (const [n, client] of held.entries()) {
      expect(await whoServes(sourcePort, clientAddress(n)), `death ${death}, client ${n}`).toBe(client.target);
    }
    await Promise.all(held.map((client, n) => client.talk(`after death ${death} ${n}`)));
  }
}

async function modesStay(place: Host, options: object): Promise<void> {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const { pid, sourcePort } = await place.start(await configFor(targets, options));
  const [drained, disabled] = listed(targets).map(({ host: name, port }) => `${name}:${port}`);
  expect(await place.command('drain', `${drained}`)).toMatchObject({ code: 0 });
  expect(await place.command('disable', `${disabled}`)).toMatchObject({ code: 0 });
  // The answers have come: nothing is waited for.
  signal(pid, 'SIGKILL');
  const { targets: states } = await nextPrimary(place, pid);
  expect(states.map(({ state }) => state)).toEqual(['draining', 'disabled', 'available']);
  for (let n = 0; n < 30; n += 1) expect(await whoServes(sourcePort, clientAddress(n))).toBe('c');
  expect((await place.log()).map(({ msg }) => msg)).toContain(
    `target ${drained} is draining, as it was under the last primary`,
  );
}

async function configFor(targets: readonly TestTarget[], options: object) {
  return {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    shutdownTimeout: 60_000,
    sessionExpiry: 600_000,
    targets: listed(targets),
    ...options,
  };
}
