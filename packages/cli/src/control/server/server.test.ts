// Where the control socket is, whose it is, and which index it takes. What is answered on it: answer.test.ts.
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestControl } from '../../testing/control.ts';
import { leaveDeadSocket } from '../../testing/dead-socket.ts';
import { statusDocument } from '../../testing/documents.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { ControlClient, isGone } from '../client.ts';
import { runningBalancers } from '../running.ts';
import { addSupervisor } from '../supervisors.ts';
import { RequestError } from './failure.ts';
import { tryControlFolder } from './server.ts';

describe('the control socket', () => {
  it('answers to its owner alone', async () => {
    const folder = temporaryFolder();
    const { index } = await openTestControl(folder);
    expect(index).toBe(0);
    expect(readdirSync(folder)).toEqual(['0.sock']);
    expect(statSync(join(folder, '0.sock')).mode & 0o777).toBe(0o600);
    const client = new ControlClient(0, folder);
    expect(await client.status()).toEqual(statusDocument());
    expect(await client.stop()).toEqual({ version: 1, pids: [1, 2] });
  });

  it('has its mode from the beginning, whatever the umask is', async () => {
    const folder = temporaryFolder();
    const mask = process.umask(0);
    try {
      const opening = openTestControl(folder);
      const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
      expect(modes).toEqual([0o600]);
      expect(process.umask()).toBe(0);
      await opening;
    } finally {
      process.umask(mask);
    }
  });

  it('is gone once it is closed', async () => {
    const folder = temporaryFolder();
    const server = await openTestControl(folder);
    server.close();
    expect(readdirSync(folder)).toEqual([]);
    const error = await new ControlClient(0, folder).status().catch((reason) => reason);
    expect(isGone(error)).toBe(true);
  });
});

describe('a folder', () => {
  it('is tried out, and nothing is left in it', async () => {
    const folder = join(temporaryFolder(), 'new');
    await tryControlFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is refused when it can have no sockets', async () => {
    // A folder of root's; for others it is not theirs.
    await expect(tryControlFolder('/sys')).rejects.toThrow(
      /^(The folder \/sys cannot hold control sockets: .+\. Set LOADBALANCER_RUNTIME_DIR to a folder of yours\.|\/sys is meant for)/,
    );
  });
});

describe('an answer', () => {
  it('is safe to print', async () => {
    const folder = temporaryFolder();
    const path = '/a\x1b[2J\u202e';
    await openTestControl(folder, {
      status: async () => statusDocument({ configPath: path }),
      reload: () => Promise.reject(new RequestError(422, 'INVALID_CONFIG', `in ${path}\nand below`)),
    });
    const client = new ControlClient(0, folder);
    expect((await client.status()).configPath).toBe('/a\\u001b[2J\\u202e');
    await expect(client.reload()).rejects.toThrow('Balancer 0: in /a\\u001b[2J\\u202e\nand below');
  });

  it('is not asked for in a folder that others can write to', async () => {
    const folder = temporaryFolder();
    await openTestControl(folder);
    chmodSync(folder, 0o722);
    await expect(new ControlClient(0, folder).status()).rejects.toThrow('but others can write to it');
  });
});

describe('an index', () => {
  it('is the smallest free one, also among many who want it', async () => {
    const folder = temporaryFolder();
    await leaveDeadSocket(join(folder, '1.sock'));
    await leaveDeadSocket(join(folder, '2.sock'));
    const servers = await Promise.all(Array.from({ length: 5 }, () => openTestControl(folder)));
    expect(servers.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
    expect((await runningBalancers(folder)).map(({ status }) => status.index)).toEqual([0, 1, 2, 3, 4]);
    expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock', '2.sock', '3.sock', '4.sock']);
  });

  it('is not that of a directory, or of anything else that is no socket', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '0.sock'));
    writeFileSync(join(folder, '1.sock'), '');
    expect((await openTestControl(folder)).index).toBe(2);
    expect((await runningBalancers(folder)).map(({ client }) => client.index)).toEqual([2]);
    expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock', '2.sock']);
  });

  it('is kept for a balancer that its supervisor starts again', async () => {
    const folder = temporaryFolder();
    addSupervisor(folder, { index: 1, configPath: '', logPath: '', state: 'restarting' as const });
    await leaveDeadSocket(join(folder, '1.sock'));
    const open = (supervisorPid?: number) => openTestControl(folder, {}, supervisorPid);
    const opened = [await open(), await open(), await open(process.pid), await open()];
    expect(opened.map(({ index }) => index)).toEqual([0, 2, 1, 3]);
  });

  it('is taken over from a dead one, and not from a live one', async () => {
    const folder = temporaryFolder();
    await openTestControl(folder);
    await leaveDeadSocket(join(folder, '1.sock'));
    await leaveDeadSocket(join(folder, '3.sock'));
    expect((await openTestControl(folder)).index).toBe(1);
    expect((await openTestControl(folder)).index).toBe(2);
    expect((await openTestControl(folder)).index).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock', '2.sock', '3.sock']);
  });
});
