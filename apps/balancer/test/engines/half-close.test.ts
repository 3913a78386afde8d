// Case 3, TCP: each side may end first, and a reset arrives as a reset. With node:net a reset that comes right behind data
// may arrive as an end on Node 20; so here the data before a reset has arrived before it.
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { clientAddress, clientSocket } from '../support/clients.ts';
import { playedTarget } from '../support/played-target.ts';
import { until } from '../support/wait.ts';

interface Pair {
  readonly client: End;
  readonly target: End;
  readonly balancer: TestBalancer;
}

/** One end of a connection, and what has arrived at it. */
class End {
  readonly socket: Socket;
  text = '';
  ended = false;
  closed = false;
  error: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code;
    });
    socket.on('close', () => {
      this.closed = true;
    });
    socket.resume();
  }

  async got(text: string): Promise<void> {
    await until(`${JSON.stringify(text)} to arrive`, () => this.text.length >= text.length);
    expect(this.text).toBe(text);
  }

  async gotEnd(): Promise<void> {
    await until('the other side to end', () => this.ended || this.closed);
    expect(this.error).toBeUndefined();
    expect(this.ended).toBe(true);
  }

  async gotReset(): Promise<void> {
    await until('the connection to close', () => this.closed);
    expect(this.error).toBe('ECONNRESET');
  }
}

/** A connection through the balancer on which both sides have said a word. */
async function connected(): Promise<Pair> {
  const listening = await playedTarget();
  const balancer = await startBalancer({ targets: [{ host: listening.host, port: listening.port }], balancerCount: 1 });
  const client = new End(clientSocket(balancer.port, clientAddress(0)));
  client.socket.write('hello;');
  const target = new End(await listening.accepted());
  await target.got('hello;');
  target.socket.write('welcome;');
  await client.got('welcome;');
  return { client, target, balancer };
}

/** Nothing of the connection is left in the balancer. */
async function forgotten({ balancer }: Pair): Promise<void> {
  await until('the balancer to have closed the connection', async () => (await balancer.status()).connections === 0);
}

it('brings a late answer to a client that has ended its side', async () => {
  const pair = await connected();
  const { client, target } = pair;
  client.socket.end('question;');
  await target.gotEnd();
  await target.got('hello;question;');
  expect(client.ended).toBe(false);
  const answer = 'answer;'.repeat(100_000);
  target.socket.write(answer.slice(0, 7));
  await client.got('welcome;answer;');
  target.socket.end(answer.slice(7));
  await client.gotEnd();
  await client.got(`welcome;${answer}`);
  await until('the target to close', () => target.closed);
  expect(target.error).toBeUndefined();
  await forgotten(pair);
});

it('brings what a client still sends to a target that has ended its side', async () => {
  const pair = await connected();
  const { client, target } = pair;
  target.socket.end('bye;');
  await client.gotEnd();
  await client.got('welcome;bye;');
  expect(target.ended).toBe(false);
  const rest = 'more;'.repeat(100_000);
  client.socket.write(rest.slice(0, 5));
  await target.got('hello;more;');
  client.socket.end(rest.slice(5));
  await target.gotEnd();
  await target.got(`hello;${rest}`);
  await until('the client to close', () => client.closed);
  expect(client.error).toBeUndefined();
  await forgotten(pair);
});

it.each([
  ['the client', 'the target'],
  ['the target', 'the client'],
])('brings a reset by %s to %s', async (who) => {
  const pair = await connected();
  const [from, to] = who === 'the client' ? [pair.client, pair.target] : [pair.target, pair.client];
  from.socket.resetAndDestroy();
  await to.gotReset();
  expect(to.ended).toBe(false);
  await forgotten(pair);
});

it.each([
  ['the client', 'the target'],
  ['the target', 'the client'],
])('brings a reset by %s to %s that has ended its side', async (who) => {
  const pair = await connected();
  const [from, to] = who === 'the client' ? [pair.client, pair.target] : [pair.target, pair.client];
  to.socket.end();
  await from.gotEnd();
  from.socket.resetAndDestroy();
  await to.gotReset();
  await forgotten(pair);
});

it('closes nothing when one connection of a client is reset', async () => {
  const listening = await playedTarget();
  const { port } = await startBalancer({ targets: [{ host: listening.host, port: listening.port }], balancerCount: 1 });
  const pairs: { client: End; target: End }[] = [];
  for (let count = 0; count < 3; count += 1) {
    const client = new End(clientSocket(port, clientAddress(0)));
    pairs.push({ client, target: new End(await listening.accepted()) });
  }
  const [first, ...others] = pairs;
  first?.client.socket.resetAndDestroy();
  await first?.target.gotReset();
  for (const { client, target } of others) {
    client.socket.write('still here');
    await target.got('still here');
    target.socket.write('so am I');
    await client.got('so am I');
  }
});
