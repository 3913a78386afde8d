// Both ends of the control socket, in one process.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leaveDeadSocket } from '../testing/dead-socket.ts';
import { statusDocument } from '../testing/documents.ts';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';
import { ControlClient, chosenBalancers, isGone, runningBalancers } from './client.ts';
import { type ControlHandlers, type ControlServer, openControlServer } from './server.ts';

async function open(folder: string, changes: Partial<ControlHandlers> = {}): Promise<ControlServer> {
  const server = await openControlServer(folder, (index) => ({
    status: async () => statusDocument({ index }),
    stop: async () => ({ version: 1, pids: [1, 2] }),
    ...changes,
  }));
  onTestFinished(() => server.close());
  return server;
}

describe('the control socket', () => {
  it('answers to its owner alone', async () => {
    const folder = temporaryFolder();
    const { index } = await open(folder);
    expect(index).toBe(0);
    expect(readdirSync(folder)).toEqual(['0.sock']);
    expect(statSync(join(folder, '0.sock')).mode & 0o777).toBe(0o600);
    const client = new ControlClient(0, folder);
    expect(await client.status()).toEqual(statusDocument());
    expect(await client.stop()).toEqual({ version: 1, pids: [1, 2] });
  });

  it('is gone once it is closed', async () => {
    const folder = temporaryFolder();
    const server = await open(folder);
    server.close();
    expect(readdirSync(folder)).toEqual([]);
    const error = await new ControlClient(0, folder).status().catch((reason) => reason);
    expect(isGone(error)).toBe(true);
  });

  it('tells what there is to ask', async () => {
    const folder = temporaryFolder();
    await open(folder);
    expect(await ask(join(folder, '0.sock'), 'POST', '/v1/status')).toEqual({
      status: 404,
      body: { version: 1, error: 'There is no POST /v1/status here. There is: GET /v1/status, POST /v1/stop.' },
    });
  });

  it('passes on why it cannot answer', async () => {
    const folder = temporaryFolder();
    await open(folder, { status: () => Promise.reject(new Error('not now')) });
    await expect(new ControlClient(0, folder).status()).rejects.toThrow(
      'Balancer 0 answered 500 to GET /v1/status: {"version":1,"error":"not now"}',
    );
  });
});

describe('an index', () => {
  it('is the smallest free one, also among many who want it', async () => {
    const folder = temporaryFolder();
    await leaveDeadSocket(join(folder, '1.sock'));
    await leaveDeadSocket(join(folder, '2.sock'));
    const servers = await Promise.all(Array.from({ length: 5 }, () => open(folder)));
    expect(servers.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
    expect((await runningBalancers(folder)).map(({ status }) => status.index)).toEqual([0, 1, 2, 3, 4]);
    expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock', '2.sock', '3.sock', '4.sock']);
  });

  it('is taken over from a dead one, and not from a live one', async () => {
    const folder = temporaryFolder();
    await open(folder);
    await leaveDeadSocket(join(folder, '1.sock'));
    await leaveDeadSocket(join(folder, '3.sock'));
    expect((await open(folder)).index).toBe(1);
    expect((await open(folder)).index).toBe(2);
    expect((await open(folder)).index).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock', '2.sock', '3.sock']);
  });
});

describe('runningBalancers', () => {
  it('finds those that answer, and removes what is left of others', async () => {
    const folder = temporaryFolder();
    expect(await runningBalancers(join(folder, 'none'))).toEqual([]);
    await open(folder);
    await leaveDeadSocket(join(folder, '1.sock'));
    await open(folder).then((server) => expect(server.index).toBe(1));
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
    await open(folder);
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
    await open(folder);
    await open(folder);
    expect((await chosenBalancers(2)).map(({ client }) => client.index)).toEqual([2]);
    expect((await chosenBalancers(undefined, () => {})).map(({ client }) => client.index)).toEqual([1, 2]);
    await expect(chosenBalancers(0)).rejects.toThrow('Balancer 0 answered 500');
    await expect(chosenBalancers(7)).rejects.toThrow('There is no balancer 7 running. Running: 1, 2.');
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

function ask(socketPath: string, method: string, path: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    asked.on('error', reject).end();
  });
}
