// Where the control socket is, whose it is, and which index it takes. What is answered on it: answer.test.ts.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestControl } from '../testing/control.ts';
import { leaveDeadSocket } from '../testing/dead-socket.ts';
import { statusDocument } from '../testing/documents.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { ControlClient, isGone } from './client.ts';
import { runningBalancers } from './running.ts';

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

  it('is gone once it is closed', async () => {
    const folder = temporaryFolder();
    const server = await openTestControl(folder);
    server.close();
    expect(readdirSync(folder)).toEqual([]);
    const error = await new ControlClient(0, folder).status().catch((reason) => reason);
    expect(isGone(error)).toBe(true);
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
