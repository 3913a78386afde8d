// A config file with a mistake, and then the primary dies: the next one goes on with what was in use.
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { currentStatus } from './support/control-socket.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

it.each([
  ['is cut off', (config: object) => JSON.stringify(config).slice(0, -5)],
  ['names a controller that is not there', (config: object) => ({ ...config, balancerControllerPath: 'none.js' })],
  ['has what needs a restart', (config: object) => ({ ...config, hashSeed: 'another' })],
])('serves on when the config %s and the primary is killed', async (_, mistaken) => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets: listed([await echoTarget('a')]) };
  const { pid } = await here.start(config);
  // What was reloaded is what counts, also where the file had something else at the start.
  await here.write('config.json', { ...config, sessionExpiry: 7_000 });
  expect(await here.command('reload')).toMatchObject({ code: 0 });
  await here.write('config.json', mistaken(config));
  expect(await here.command('reload')).toMatchObject({ code: 1 });

  signal(pid, 'SIGKILL');
  const next = await nextPrimary(here, pid);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
  const said = (await here.log()).map(({ msg }) => msg);
  expect(
    said.filter((msg) => /^the config cannot be used; this primary goes on with what it was before: /.test(msg)),
  ).toHaveLength(1);

  await here.write('config.json', { ...config, sessionExpiry: 7_000, balancerCount: 1 });
  expect(await here.command('reload', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('balancerCount'),
  });
  expect((await currentStatus(here.runtime))?.pid).toBe(next);
});

const UNSTARTABLE: [what: string, change: (taken: number) => object][] = [
  ['has another port, which is taken', (sourcePort) => ({ sourcePort })],
  ['has another address, which is not of this machine', () => ({ sourceHost: '192.0.2.1' })],
];

it.each(UNSTARTABLE)('serves on when the config %s and the primary is killed', async (_, change) => {
  const here = await host();
  const [target, other] = [await echoTarget('a'), await echoTarget('other')];
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets: listed([target]) };
  const { pid } = await here.start(config);
  await here.write('config.json', { ...config, ...change(other.port) });
  signal(pid, 'SIGKILL');
  const next = await nextPrimary(here, pid);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
  expect((await here.log()).map(({ msg }) => msg)).toContainEqual(
    expect.stringContaining('this primary goes on with the config that was in use'),
  );
  // The file has its turn again when that one dies.
  await here.write('config.json', { ...config, sessionExpiry: 7_000 });
  signal(next, 'SIGKILL');
  await nextPrimary(here, next);
  expect(await here.command('reload', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/"changed": \[\]/),
  });
});

/** The pid of the one after this, once all of its workers are ready. */
function nextPrimary({ runtime }: Host, before: number): Promise<number> {
  return until('the next primary', async () => {
    const status = await currentStatus(runtime);
    const isReady = status?.workers.length === 2 && status.workers.every(({ state }) => state === 'ready');
    return isReady && status.pid !== before && status.pid;
  });
}
