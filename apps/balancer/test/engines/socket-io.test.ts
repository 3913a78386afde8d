// Case 1: whole conversations of socket.io, over long polling and with the upgrade to WebSocket, stay on one target.
import { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { later } from '../support/cleanup.ts';
import { clientAddress } from '../support/clients.ts';
import { type ScriptTarget, scriptTarget } from '../support/script-target.ts';
import { listed } from '../support/targets.ts';

const CLIENTS = 100;
const QUESTIONS = 5;
const numbers = Array.from({ length: CLIENTS }, (_, n) => n);

/** What a target has seen of each client. */
type Seen = Record<string, { polls: number; webSockets: number; connections: number }>;

interface Answer {
  readonly target: string;
  readonly question: number;
  readonly transport: string;
}

async function start(): Promise<{ balancer: TestBalancer; targets: ScriptTarget<Seen>[] }> {
  const names = ['a', 'b', 'c'];
  const targets = await Promise.all(names.map((name) => scriptTarget<Seen>('socket-io', name)));
  return { targets, balancer: await startBalancer({ targets: listed(targets), balancerCount: 4 }) };
}

/** The nth client, with an address of its own. One that keeps no connection alive makes a new one for each request. */
function client(n: number, port: number, transports: string[], keepAlive: boolean, faults: string[]): Socket {
  const agent = new Agent({ keepAlive, localAddress: clientAddress(n) } as object);
  const socket = io(`http://127.0.0.1:${port}`, {
    agent: agent as never,
    transports,
    extraHeaders: { 'x-client': String(n) },
    forceNew: true,
    reconnection: false,
    timeout: 30_000,
  });
  const fault = (what: string) => (error: unknown) => faults.push(`client ${n}: ${what}: ${error}`);
  socket.on('connect_error', fault('connect_error'));
  socket.on('disconnect', fault('disconnect'));
  socket.io.engine.on('upgradeError', fault('upgradeError'));
  later(() => {
    socket.off('disconnect');
    socket.disconnect();
    agent.destroy();
  });
  return socket;
}

/** Asks one question after the other. @returns the names of those who answered */
async function converse(socket: Socket, transport: string): Promise<string[]> {
  const names = new Set<string>();
  for (let question = 0; question < QUESTIONS; question += 1) {
    const answer: Answer = await socket.timeout(30_000).emitWithAck('ask', question);
    expect(answer).toMatchObject({ question, transport });
    names.add(answer.target);
  }
  return [...names];
}

async function carriedByAllWorkers(balancer: TestBalancer): Promise<void> {
  const { workers, sessions } = await balancer.status();
  expect(workers).toHaveLength(4);
  expect(sessions).toBeGreaterThanOrEqual(CLIENTS);
  for (const worker of workers) expect(worker.sessions).toBeGreaterThan(0);
}

it('serves all of a polling conversation by one target', async () => {
  const { balancer, targets } = await start();
  const faults: string[] = [];
  const keepsAlive = (n: number) => n % 2 === 0;
  const conversations = await Promise.all(
    numbers.map((n) => converse(client(n, balancer.port, ['polling'], keepsAlive(n), faults), 'polling')),
  );
  expect(faults).toEqual([]);

  const reports = await Promise.all(targets.map((target) => target.report()));
  for (const n of numbers) {
    const servedBy = targets.filter((_, index) => reports[index]?.[n]);
    expect(conversations[n], `client ${n}`).toEqual(servedBy.map((target) => target.name));
    const [seen] = reports.flatMap((report) => report[n] ?? []);
    if (keepsAlive(n)) expect(seen?.connections).toBeLessThan(seen?.polls as number);
    else expect(seen?.connections).toBe(seen?.polls);
    expect(seen?.polls).toBeGreaterThan(QUESTIONS);
  }
  for (const report of reports) expect(Object.keys(report).length).toBeGreaterThan(0);
  await carriedByAllWorkers(balancer);
});

it('serves the WebSocket by the target that served the polling before it', async () => {
  const { balancer, targets } = await start();
  const faults: string[] = [];
  const conversations = await Promise.all(
    numbers.map(async (n) => {
      const socket = client(n, balancer.port, ['polling', 'websocket'], n % 2 === 0, faults);
      const { engine } = socket.io;
      await new Promise<void>((resolve, reject) => {
        engine.once('upgrade', () => resolve());
        engine.once('upgradeError', reject);
        engine.once('close', reject);
      });
      return converse(socket, 'websocket');
    }),
  );
  expect(faults).toEqual([]);

  const reports = await Promise.all(targets.map((target) => target.report()));
  for (const n of numbers) {
    const servedBy = targets.filter((_, index) => reports[index]?.[n]);
    expect(conversations[n], `client ${n}`).toEqual(servedBy.map((target) => target.name));
    const [seen] = reports.flatMap((report) => report[n] ?? []);
    expect(seen?.webSockets).toBe(1);
    expect(seen?.polls).toBeGreaterThan(0);
  }
  await carriedByAllWorkers(balancer);
});
