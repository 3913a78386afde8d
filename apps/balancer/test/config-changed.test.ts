// A config file that has changed when the primary dies: the next one goes on with what was in use, and a reload applies the file.
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { currentStatus } from './support/control-socket.ts';
import { type Host, host } from './support/host.ts';
import { removeController, withController } from './support/lost-controller.ts';
import { lastingPort } from './support/ports.ts';
import { isGone, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

/** What a primary logs that goes on with another config than its file. */
const WARNING = /^this primary goes on with the config that was in use: /;

const MISTAKES: [what: string, mistaken: (config: object, taken: number) => object | string][] = [
  ['is cut off', (config: object) => JSON.stringify(config).slice(0, -5)],
  ['names a controller that is not there', (config: object) => ({ ...config, balancerControllerPath: 'none.js' })],
  ['has another port, which is taken', (config: object, taken: number) => ({ ...config, sourcePort: taken })],
  ['has what needs a restart', (config: object) => ({ ...config, hashSeed: 'another' })],
];

it.each(MISTAKES)('serves on when the config %s and the primary is killed', async (_, mistaken) => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets: listed([await echoTarget('a')]) };
  const { pid } = await here.start(config);
  // What was reloaded is what counts, also where the file had something else at the start.
  await here.write('config.json', { ...config, sessionExpiry: 7_000 });
  expect(await here.command('reload')).toMatchObject({ code: 0 });
  await here.write('config.json', mistaken(config, (await echoTarget('other')).port));
  expect(await here.command('reload')).toMatchObject({ code: 1 });

  signal(pid, 'SIGKILL');
  const next = await nextPrimary(here, pid);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
  await until('a warning', async () => (await here.log()).some(({ msg }) => WARNING.test(msg)));

  await here.write('config.json', { ...config, sessionExpiry: 7_000, balancerCount: 1 });
  expect(await here.command('reload', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('balancerCount'),
  });
  expect((await currentStatus(here.runtime))?.pid).toBe(next);
});

it('takes the file for the next primary where none can start with what was in use', async () => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets: listed([await echoTarget('a')]) };
  const { pid } = await here.start(await withController(here, config));
  await removeController(here);
  await here.write('config.json', config);
  signal(pid, 'SIGKILL');
  await nextPrimary(here, pid);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
});

it('reloads a file that has changed while no primary watched it', async () => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 2, targets: listed([await echoTarget('a')]) };
  const { pid, supervisorPid = 0 } = await here.start({ ...config, watchConfig: true });
  signal(supervisorPid, 'SIGSTOP');
  signal(pid, 'SIGKILL');
  await until('the primary to be gone', () => isGone(pid));
  await here.write('config.json', { ...config, watchConfig: true, sessionExpiry: 7_000 });
  signal(supervisorPid, 'SIGCONT');
  await until('a reload', async () => (await here.log()).some(({ msg }) => msg.includes('sessionExpiry changed')));
});

/** The pid of the one after this, once all of its workers are ready. */
function nextPrimary({ runtime }: Host, before: number): Promise<number> {
  return until('the next primary', async () => {
    const status = await currentStatus(runtime);
    const isReady = status?.workers.length === 2 && status.workers.every(({ state }) => state === 'ready');
    return isReady && status.pid !== before && status.pid;
  });
}
