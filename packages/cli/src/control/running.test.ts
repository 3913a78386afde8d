// Which balancers are found, and which of them a command is about.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTestControl } from '../testing/control.ts';
import { leaveDeadSocket } from '../testing/dead-socket.ts';
import { controlHandlersFor, statusDocument } from '../testing/documents.ts';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';
import { askOne, chosenBalancers, findBalancers, runningBalancers } from './running.ts';
import { addSupervisor } from './supervisors.ts';

describe('runningBalancers', () => {
  it('finds those that answer, and removes what is left of others', async () => {
    const folder = temporaryFolder();
    expect(await runningBalancers(join(folder, 'none'))).toEqual([]);
    await openTestControl(folder);
    await leaveDeadSocket(join(folder, '1.sock'));
    await openTestControl(folder).then((server) => expect(server.index).toBe(1));
    await leaveDeadSocket(join(folder, '5.sock'));
    const found = await runningBalancers(folder);
    expect(found.map(({ client, status }) => [client.index, status.index])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(existsSync(join(folder, '5.sock'))).toBe(false);
  });

  it('finds the others when one does not answer as it should', async () => {
    const folder = temporaryFolder();
    await strange(join(folder, '0.sock'), 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    await openTestControl(folder);
    await expect(runningBalancers(folder)).rejects.toThrow('Balancer 0 answered 200 to GET /v1/status: hello');
    const failures: Error[] = [];
    const found = await runningBalancers(folder, (error) => failures.push(error));
    expect(found.map(({ client }) => client.index)).toEqual([1]);
    expect(failures).toHaveLength(1);
  });

  it('takes one that ends while it is asked for one that has ended', async () => {
    const folder = temporaryFolder();
    await strange(join(folder, '0.sock'), '');
    expect(await runningBalancers(folder)).toEqual([]);
    expect(existsSync(join(folder, '0.sock'))).toBe(true);
  });
});

describe('chosenBalancers', () => {
  it('is the one of an index, whatever becomes of the others, or all', async () => {
    const folder = temporaryFolder();
    setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
    await strange(join(folder, '0.sock'), 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n');
    await openTestControl(folder);
    await openTestControl(folder);
    expect((await chosenBalancers(2)).running.map(({ client }) => client.index)).toEqual([2]);
    expect((await chosenBalancers(undefined, () => {})).running.map(({ client }) => client.index)).toEqual([1, 2]);
    await expect(chosenBalancers(0)).rejects.toThrow('Balancer 0 answered 500');
    await expect(chosenBalancers(7)).rejects.toThrow('Balancer 7 is not running. Running: 1, 2.');
  });
});

describe('a balancer between two primaries', () => {
  it('is found as restarting until its primary answers, and named where one that answers is asked for', async () => {
    const folder = temporaryFolder();
    setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
    const about = {
      index: 1,
      configPath: '/etc/lb.json',
      logPath: '/var/log/lb\x1b.log',
      state: 'restarting',
    } as const;
    addSupervisor(folder, about);
    const restarting = [{ ...about, pid: process.pid, logPath: '/var/log/lb\\u001b.log' }];
    expect(await findBalancers(folder)).toEqual({ running: [], restarting, silent: new Map() });
    expect(await chosenBalancers(1)).toEqual({ running: [], restarting, silent: new Map() });
    const text = `Balancer 1 is restarting: its supervisor (pid ${process.pid}) starts another primary with /etc/lb.json; /var/log/lb\\u001b.log says why.`;
    for (const index of [undefined, 1]) {
      await expect(askOne(index, async () => {})).rejects.toThrow(text);
    }
    await expect(chosenBalancers(0)).rejects.toThrow('Balancer 0 is not running.');
    expect((await openTestControl(folder, {}, process.pid)).index).toBe(1);
    expect((await findBalancers(folder)).restarting).toEqual([]);
  });
});

describe('askOne', () => {
  it('asks the only one, or the one named', async () => {
    const folder = temporaryFolder();
    setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
    const ask = (index?: number) => askOne(index, async (client) => client.index);
    await expect(ask()).rejects.toThrow('No balancer is running. "loadbalancer start" starts one.');
    await openTestControl(folder);
    expect(await ask()).toBe(0);
    await openTestControl(folder, { status: async () => statusDocument({ index: 1, sourcePort: 81 }) });
    await expect(ask()).rejects.toThrow('Several balancers run: 0 (port 80), 1 (port 81). Name one.');
    expect(await ask(1)).toBe(1);
    await expect(ask(2)).rejects.toThrow('Balancer 2 is not running. Running: 0, 1.');
  });

  it('says so when it ends meanwhile', async () => {
    const folder = temporaryFolder();
    setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
    const server = await openTestControl(folder, {
      async reload() {
        server.close();
        return controlHandlersFor(0).reload();
      },
    });
    await expect(askOne(0, (client) => client.reload())).rejects.toThrow(
      'Balancer 0 has ended before it answered. Its log says why.',
    );
  });
});

/** A server that answers everything with this, and closes. */
async function strange(path: string, answer: string): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
}
