// Answers that no balancer gives.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { ControlClient } from './client.ts';
import { socketPath } from './folder.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

/** A client of something that listens in a balancer's place. */
async function clientOf(answer: (socket: Socket) => void, longest?: number): Promise<ControlClient> {
  const folder = temporaryFolder();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(socketPath(folder, 3), resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new ControlClient(3, folder, longest);
}

it.each(['X: y\r\n', '\r\n['])(
  'does not wait for an answer that trickles in: %j',
  async (part) => {
    const client = await clientOf((socket) => {
      socket.write(OK);
      const timer = setInterval(() => socket.write(part), 50);
      socket.on('close', () => clearInterval(timer));
    });
    await expect(client.status()).rejects.toThrow('Balancer 3 has not answered');
  },
  20_000,
);

it('reads no answer without end', async () => {
  const client = await clientOf((socket) => {
    socket.write(`${OK}\r\n`);
    const more = () => socket.destroyed || socket.write('x'.repeat(10_000), more);
    more();
  }, 100_000);
  await expect(client.status()).rejects.toThrow('Balancer 3 answers without end');
});

it('survives an answer that is deeper than can be followed, and shows the beginning of it', async () => {
  const client = await clientOf((socket) => socket.end(`${OK}\r\n${'['.repeat(100_000)}${']'.repeat(100_000)}`));
  const { message } = await client.status().then(
    () => new Error('it was understood'),
    (error: Error) => error,
  );
  expect(message).toBe(`Balancer 3 answered 200 to GET /v1/status: ${'['.repeat(1_000)}`);
});

it('says that a balancer is stuck where it accepts no connection', async () => {
  const folder = temporaryFolder();
  const listen = `require('node:net').createServer().listen(${JSON.stringify({ path: socketPath(folder, 3), backlog: 1 })}, () => console.log('up'))`;
  const stuck = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void stuck.kill('SIGKILL'));
  await once(stuck.stdout, 'data');
  stuck.kill('SIGSTOP');
  const outcome = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ path: socketPath(folder, 3) }, () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      onTestFinished(() => void socket.destroy());
    });
  let last = 'connected';
  while (last === 'connected') last = await outcome();
  expect(last).toBe('EAGAIN');
  await expect(new ControlClient(3, folder).status()).rejects.toThrow(
    /^Balancer 3 accepts no connection on .*3\.sock\. Its primary may be stuck: /,
  );
});
