// A primary that hangs: its supervisor warns, kills it and starts another one, and `start` does not wait for it.
// HANGS=1 is the full size: it waits until the primary is killed, which takes a minute.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host, outcome } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { pause } from './support/processes.ts';
import { isGone, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const isFull = process.env.HANGS === '1';
/** ms beyond those after which it is to be killed. */
const MORE = 60_000;

it('is named in a warning, and responds again', async () => {
  const place = await host();
  const { pid } = await place.start(await config());
  await pause(pid);
  const warning = await logged(place, / it is killed after 60 s$/);
  expect(warning).toMatchObject({ level: 'warn', role: 'supervisor', primaryPid: pid });
  expect(warning.msg).toMatch(`the primary (pid ${pid}) has not responded for 2 s`);
  signal(pid, 'SIGCONT');
  await logged(place, / responds again$/);
  expect((await place.list()).map((one) => one.pid)).toEqual([pid]);
});

it.runIf(isFull)('is killed and replaced, while clients are served', { timeout: 60_000 + 2 * MORE }, async () => {
  const place = await host();
  const { pid, sourcePort, supervisorPid } = await place.start(await config());
  await pause(pid);
  const killed = await logged(place, / is killed$/, 60_000 + MORE);
  expect(killed).toMatchObject({ level: 'error', role: 'supervisor', primaryPid: pid, silentMs: 60_000 });
  expect(await whoServes(sourcePort, clientAddress(1))).toBe('a');
  const [next] = await until('the next primary', async () => {
    const balancers = await place.list();
    return balancers.some((one) => one.pid !== pid) && balancers;
  });
  expect(next).toMatchObject({ index: 0, supervisorPid });
  expect(await whoServes(sourcePort, clientAddress(2))).toBe('a');
});

it.runIf(isFull)('has start fail, and leaves nothing', { timeout: 60_000 + 2 * MORE }, async () => {
  const place = await host();
  await place.write('config.json', await config());
  const started = outcome(place.spawn('start'));
  const primary = await until('its primary', () => place.processes().find(isPrimary));
  await pause(primary);
  expect(await started).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(
        `^Error: The primary \\(pid ${primary}\\) has not read its config ${join(place.folder, 'config.json')} within 30 s and was killed\\. Its file system may not respond: `,
      ),
    ),
  });
  expect(isGone(primary)).toBe(true);
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
});

async function config(): Promise<object> {
  const targets = listed([await echoTarget('a')]);
  return { sourcePort: await lastingPort(), sourceHost: '127.0.0.1', balancerCount: 2, workerTimeout: 2_000, targets };
}

function logged(place: Host, message: RegExp, limit?: number) {
  const find = async () => (await place.log()).find(({ msg }) => message.test(msg));
  return until(`${message} in the log`, find, limit);
}

function isPrimary(pid: number): boolean {
  try {
    return /primary\.cjs|^loadbalancer: primary/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}
