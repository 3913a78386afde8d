// Where the system allows a balancer few threads, as a container's pids.max and `ulimit -u` do.
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import type { Installation } from './support/installation.ts';
import { lastingPort } from './support/ports.ts';
import { describeAsRoot } from './support/root.ts';
import { echoTarget, listed } from './support/targets.ts';

/** Users of these tests only: the limit counts all threads of a user. Root has none. */
const FIRST_UID = 1_000_000 + process.pid * 8;

/** A place whose user may have this many threads. */
async function limited({ node, bin, place: placeOf }: Installation, threads: number, nth: number): Promise<Host> {
  const uid = FIRST_UID + nth;
  const folder = placeOf(uid);
  const script = 'limited.sh';
  const place = await host({ folder, node: '/bin/bash', bin: `${folder}/${script}`, uid, gid: uid });
  await place.write(script, `ulimit -u ${threads} && exec ${node} ${bin} "$@"\n`);
  return place;
}

describeAsRoot((installed) => {
  it.runIf(process.platform === 'linux').each([
    ['60 threads and targets without names', 60, 0, '127.0.0.1'],
    ['100 threads and a name', 100, 1, 'localhost'],
  ])('with %s, all workers start and clients are served', async (_, threads, nth, name) => {
    const place = await limited(installed(), threads, nth);
    const [target] = listed([await echoTarget('a')]);
    const sourcePort = await lastingPort();
    const targets = [{ ...target, host: name }];
    const balancer = await place.start({ sourcePort, sourceHost: '127.0.0.1', balancerCount: 2, targets });
    expect(balancer.workers.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
    expect(await place.log()).not.toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  it.runIf(process.platform === 'linux')('with too few, start and run say so', async () => {
    const place = await limited(installed(), 20, 2);
    await place.write('config.json', {
      sourcePort: await lastingPort(),
      balancerCount: 2,
      targets: [{ port: 9, host: '::1' }],
    });
    const few = expect.stringMatching(
      /^Error: The balancer would start \d processes .* allows only \d+ more\. Raise the limit/,
    );
    expect(await place.command('start')).toMatchObject({ code: 1, stderr: few });
    expect(await place.command('run')).toMatchObject({ code: 1, stderr: few });
    const less = await limited(installed(), 9, 3);
    await less.write('config.json', {});
    const none = expect.stringMatching(/^Error: This process needs 4 more threads, and the system allows only 2\./);
    expect(await less.command('run')).toMatchObject({ code: 1, stderr: none });
  });
});
