// Users that the balancer cannot become, or that could not run it: it stops with the reason, and never goes on as root.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { later } from './support/cleanup.ts';
import { type Host, type HostOptions, host } from './support/host.ts';
import { copyOfNode } from './support/installation.ts';
import { firstOpenPort, privilegedPort } from './support/rights.ts';
import { describeAsRoot, NOBODY } from './support/root.ts';

const TARGETS = [{ host: '127.0.0.1', port: 9 }];
const WEAK = 'Error: nobody, whom downgradeToUser names, cannot run the balancer: ';

describeAsRoot((installed) => {
  it('does not start as a user or a group that does not exist', async () => {
    const place = await open();
    expect(await refusal(place, { downgradeToUser: 'no-such-user' })).toBe(
      'Error: downgradeToUser names the user "no-such-user", whom this system does not know. Create it (useradd --system no-such-user), or name another.\n',
    );
    expect(await place.command('run')).toMatchObject({ code: 1, stderr: expect.stringContaining('"no-such-user"') });
    expect(await refusal(place, { downgradeToUser: 'nobody', downgradeToGroup: 'no-such-group' })).toBe(
      'Error: downgradeToGroup names the group "no-such-group", which this system does not know. Create it (groupadd --system no-such-group), or name another.\n',
    );
  });

  it('does not start where the program that looks up users is missing, and names that', async () => {
    const place = await open({ env: { PATH: '/nowhere' } });
    expect(await refusal(place, { downgradeToUser: 'nobody' })).toBe(
      'Error: The program "id", which looks up users and groups, is not in the PATH. Install it, or give downgradeToUser and downgradeToGroup as numbers.\n',
    );
  });

  it('does not start as a user who cannot read the controller', async () => {
    const place = await open();
    const controller = await place.write('controller.js', 'module.exports.run = function () {};');
    chmodSync(controller, 0o600);
    const mine = await refusal(place, { downgradeToUser: 'nobody', balancerControllerPath: 'controller.js' });
    expect(mine).toContain(`${WEAK}EACCES: permission denied, access '${controller}'. `);

    mkdirSync(join(place.folder, 'mine'), { mode: 0o700 });
    const inside = await place.write('mine/controller.js', 'module.exports.run = function () {};');
    const hidden = await refusal(place, { downgradeToUser: 'nobody', balancerControllerPath: 'mine/controller.js' });
    expect(hidden).toContain(`${WEAK}EACCES: permission denied, access '${inside}'. `);
  });

  it('does not start as a user who cannot read the config', async () => {
    const place = await open();
    const config = await place.write('config.json', '');
    chmodSync(config, 0o600);
    const reason = await refusal(place, { downgradeToUser: 'nobody' });
    expect(reason).toContain(`${WEAK}EACCES: permission denied, access '${config}'. `);
  });

  it('does not start as a user who cannot run node', async () => {
    const node = copyOfNode(join(installed().place(), 'node'), 0o700);
    const reason = await refusal(await open({ node }), { downgradeToUser: 'nobody' });
    expect(reason).toContain(`${WEAK}spawnSync ${node} EACCES. `);
  });

  it('does not start as a user who cannot read the code', async () => {
    const packages = join(installed().bin, '../../../../packages');
    chmodSync(packages, 0o700);
    later(() => chmodSync(packages, 0o755));
    const reason = await refusal(await open(), { downgradeToUser: 'nobody' });
    expect(reason).toContain(WEAK);
    expect(reason).toContain(join(packages, 'cli/dist/bundle/daemon/worker/worker-main.js'));
  });

  it('lets nobody but root name a user', async () => {
    const place = await open({ uid: NOBODY, gid: NOBODY });
    expect(await refusal(place, { downgradeToUser: 'daemon' })).toBe(
      'Error: downgradeToUser is "daemon", but only root can become another user. Start the balancer as root, or leave downgradeToUser out.\n',
    );
  });

  it('says why a user may not open a port', async () => {
    const place = await open({ uid: NOBODY, gid: NOBODY });
    const sourcePort = await privilegedPort();
    if (sourcePort < firstOpenPort()) {
      expect(await refusal(place, { sourcePort })).toBe(
        `Error: port ${sourcePort} of 127.0.0.1 may not be opened by this user. Ports below ${firstOpenPort()} ask for root (give downgradeToUser, so that the balancer does not stay root) or for the capability CAP_NET_BIND_SERVICE.\n`,
      );
    } else {
      // Some containers let every user open every port.
      await place.start({ sourcePort, sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS });
    }
  });

  /** A folder that all can enter, and that belongs to the user who starts the balancer. */
  function open(options: HostOptions = {}): Promise<Host> {
    return host({ ...installed(), folder: installed().place(options.uid), ...options });
  }
});

/** What a `start` that fails says. Nothing of it may be left. */
async function refusal(place: Host, options: object): Promise<string> {
  const sourcePort = await privilegedPort();
  const config = { sourcePort, sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS, ...options };
  await place.write('config.json', config);
  const { code, stdout, stderr } = await place.command('start');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
  return stderr;
}
