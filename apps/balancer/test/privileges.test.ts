// As root: the port is opened first, then all rights are given up, in the primary and in every worker.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusDocument } from '@lb/cli';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import { groupsOf, privilegedPort, rightsOf } from './support/rights.ts';
import { describeAsRoot, NOBODY } from './support/root.ts';
import { isGone, pidsOf, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

/** A number that no user and no group has. */
const UNKNOWN = 54_321;

describeAsRoot((installed) => {
  it.each([
    ['a name', 'nobody', NOBODY],
    ['a uid', NOBODY, NOBODY],
    ['a uid as text', `${NOBODY}`, NOBODY],
    ['a uid without an entry', UNKNOWN, UNKNOWN],
    ['a uid without an entry, as text', `${UNKNOWN}`, UNKNOWN],
  ])('becomes the user that downgradeToUser gives by %s', async (_, downgradeToUser, uid) => {
    const { balancer } = await startAs({ downgradeToUser });
    // A user of the system brings its groups along.
    const { gid, groups } = uid === UNKNOWN ? { gid: UNKNOWN, groups: [] } : groupsOf(uid);
    await hasOnly(balancer, { uid, gid, groups });
  });

  it.each([UNKNOWN, 'daemon'])('takes the group %s of downgradeToGroup, and no other', async (downgradeToGroup) => {
    const { balancer } = await startAs({ downgradeToUser: 'nobody', downgradeToGroup });
    const gid = downgradeToGroup === 'daemon' ? groupsOf('daemon').gid : UNKNOWN;
    await hasOnly(balancer, { uid: NOBODY, gid, groups: [] });
  });

  it('gives no more rights to a worker that replaces another one, nor to the next primary', async () => {
    const { place, balancer } = await startAs({ downgradeToUser: UNKNOWN });
    const unknown = { uid: UNKNOWN, gid: UNKNOWN, groups: [] };
    const replaced = async (what: string, before: StatusDocument): Promise<StatusDocument> => {
      const dead = before.workers.map(({ pid }) => pid);
      const isReady = ({ pid, state }: WorkerStatus) => state === 'ready' && !dead.includes(pid);
      // A primary answers before it has workers.
      const hasTwoReady = ({ workers }: StatusDocument) => workers.length === 2 && workers.every(isReady);
      return until(what, async () => (await place.list()).find(hasTwoReady));
    };
    for (const { pid } of balancer.workers) signal(pid as number, 'SIGKILL');
    const second = await replaced('both workers to be replaced', balancer);
    expect(second.pid).toBe(balancer.pid);
    await hasOnly(second, unknown);

    signal(second.pid, 'SIGKILL');
    const third = await replaced('the next primary and its workers', second);
    expect(third).toMatchObject({ index: 0, sourcePort: balancer.sourcePort });
    await hasOnly(third, unknown);
    await until("the dead primary's workers to leave", () => pidsOf(second).slice(1).every(isGone));
    await stopped(place, third);
  });

  it('keeps the control socket for root', async () => {
    const { place, balancer } = await startAs({ downgradeToUser: 'nobody' });
    const folder = lstatSync(place.runtime);
    const socket = lstatSync(join(place.runtime, '0.sock'));
    expect([folder.uid, folder.mode & 0o777]).toEqual([0, 0o700]);
    expect([socket.uid, socket.mode & 0o777]).toEqual([0, 0o600]);
    const other = await host({ ...installed(), folder: place.folder, uid: NOBODY, gid: NOBODY });
    const { code, stdout, stderr } = await other.command('stop');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      `Error: ${place.runtime} is meant for control sockets, but it belongs to uid 0, and you are uid ${NOBODY}.`,
    );
    expect(pidsOf(balancer).filter(isGone)).toEqual([]);
    signal(balancer.supervisorPid as number, 'SIGTERM');
    await place.quiet();
    expect(place.sockets()).toEqual([]);
  });

  /** Two workers on a port that only root may open, and a client that is served. */
  async function startAs(options: object): Promise<{ place: Host; balancer: StatusDocument }> {
    const target = await echoTarget('a');
    const place = await host({ ...installed(), folder: installed().place() });
    const sourcePort = await privilegedPort();
    const common = { sourcePort, sourceHost: '127.0.0.1', balancerCount: 2, targets: listed([target]) };
    await place.write('controller.js', 'module.exports.run = function () {};');
    const balancer = await place.start({ ...common, balancerControllerPath: 'controller.js', ...options });
    expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
    return { place, balancer };
  }

  async function stopped(place: Host, balancer: StatusDocument): Promise<void> {
    expect(await place.command('stop')).toEqual({ code: 0, stdout: 'Stopped balancer 0\n', stderr: '' });
    expect(pidsOf(balancer).filter((pid) => !isGone(pid))).toEqual([]);
    expect(place.sockets()).toEqual([]);
  }
});

type WorkerStatus = StatusDocument['workers'][number];

interface Rights {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Real, effective, saved and file-system ids, groups and capabilities of the primary and of every worker. */
async function hasOnly({ pid, workers, supervisorPid }: StatusDocument, { uid, gid, groups }: Rights): Promise<void> {
  const none = { inheritable: 0n, permitted: 0n, effective: 0n, ambient: 0n };
  const expected = {
    uids: [uid, uid, uid, uid],
    gids: [gid, gid, gid, gid],
    groups,
    noNewPrivileges: true,
    capabilities: none,
  };
  expect(workers).toHaveLength(2);
  for (const process of [pid, ...workers.map((worker) => worker.pid)]) {
    expect(rightsOf(process as number)).toEqual(expected);
  }
  // The one that must open the port anew carries no connection.
  expect(rightsOf(supervisorPid as number).uids).toEqual([0, 0, 0, 0]);
}
