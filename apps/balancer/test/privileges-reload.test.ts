// As root: what a reload can do once the rights have been given up, and what it can't.
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { host } from './support/host.ts';
import { privilegedPort, rightsOf } from './support/rights.ts';
import { describeAsRoot, NOBODY } from './support/root.ts';
import { echoTarget, listed } from './support/targets.ts';

describeAsRoot((installed) => {
  it('moves to no port that needs rights, says so, and replaces workers on the one that it has', async () => {
    const targets = await Promise.all(['a', 'b'].map(echoTarget));
    const place = await host({ ...installed(), folder: installed().place() });
    const sourcePort = await privilegedPort();
    const config = {
      sourcePort,
      sourceHost: '127.0.0.1',
      balancerCount: 2,
      targets: listed(targets),
      downgradeToUser: 'nobody',
    };
    const before = await place.start(config);
    const clients = await connectedClients(sourcePort, 20);
    await allGreeted(clients);

    const wanted = await privilegedPort();
    expect(wanted).not.toBe(sourcePort);
    await place.write('config.json', { ...config, sourcePort: wanted, targets: listed(targets.slice(1)) });
    const refused = await place.command('reload');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('The rights that it needs were given up at the start.');
    const [unchanged] = await place.list();
    expect(unchanged).toMatchObject({ pid: before.pid, sourcePort, epoch: before.epoch });
    expect(unchanged?.workers.map(({ pid }) => pid)).toEqual(before.workers.map(({ pid }) => pid));
    for (const [n, { target }] of clients.entries()) expect(await whoServes(sourcePort, clientAddress(n))).toBe(target);

    await place.write('controller.cjs', 'module.exports.run = () => {};');
    await place.write('config.json', { ...config, balancerCount: 3, balancerControllerPath: 'controller.cjs' });
    expect(await place.command('reload')).toMatchObject({ code: 0, stderr: '' });
    const [after] = await place.list();
    const ready = after?.workers.filter(({ state }) => state === 'ready') ?? [];
    expect(ready).toHaveLength(3);
    for (const { pid } of ready) expect(rightsOf(pid as number).uids).toEqual([NOBODY, NOBODY, NOBODY, NOBODY]);
    for (const [n, { target }] of clients.entries()) expect(await whoServes(sourcePort, clientAddress(n))).toBe(target);
    await Promise.all(clients.map((client, n) => client.talk(`after the reloads ${n}`)));
  });
});
