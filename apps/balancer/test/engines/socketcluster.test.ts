// Case 2: SocketCluster's publish and subscribe through the balancer, and its reconnecting. Each target is a broker of its
// own, so a message reaches the subscribers on the publisher's target and nobody else.
import { type ClientSocket, create } from 'socketcluster-client';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { later } from '../support/cleanup.ts';
import { clientAddress } from '../support/clients.ts';
import { type ScriptTarget, scriptTarget } from '../support/script-target.ts';
import { listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const ADDRESSES = 12;
const CHANNEL = 'news';

interface Message {
  readonly publisher: string;
  readonly text: string;
}

interface Member {
  readonly socket: ClientSocket;
  readonly address: string;
  readonly got: Message[];
  connects: number;
}

/** A client that has subscribed to the channel. */
async function member(port: number, address: string): Promise<Member> {
  const socket = create({
    hostname: '127.0.0.1',
    port,
    wsOptions: { localAddress: address },
    autoReconnectOptions: { initialDelay: 20, randomness: 20, multiplier: 1.5, maxDelay: 500 },
  });
  later(() => socket.disconnect());
  const created: Member = { socket, address, got: [], connects: 0 };
  collect(socket.listener('connect'), () => {
    created.connects += 1;
  });
  collect(socket.subscribe(CHANNEL), (message) => created.got.push(message as Message));
  await subscribed([created]);
  return created;
}

async function collect<T>(stream: AsyncIterable<T>, take: (item: T) => void): Promise<void> {
  for await (const item of stream) take(item);
}

async function subscribed(members: readonly Member[], connects = 1): Promise<void> {
  await until('every client to have connected and subscribed', () =>
    members.every(({ socket, connects: count }) => count >= connects && socket.isSubscribed(CHANNEL)),
  );
}

async function targetsOf(members: readonly Member[]): Promise<string[]> {
  return (await Promise.all(members.map(({ socket }) => socket.invoke('who')))) as string[];
}

/** Each publishes, and each gets the messages of all on its target, its own too, once and in no other copy. */
async function exchange(members: readonly Member[], targets: readonly string[], text: string): Promise<void> {
  for (const { got } of members) got.length = 0;
  await Promise.all(
    members.map(({ socket }, index) => socket.invokePublish(CHANNEL, { publisher: String(index), text })),
  );
  const expected = (n: number) =>
    members.flatMap((_, index) => (targets[index] === targets[n] ? [`${index} ${text}`] : [])).sort();
  await until('all messages of the own target to arrive', () =>
    members.every(({ got }, n) => got.length >= expected(n).length),
  );
  const received = members.map(({ got }) => got.map((message) => `${message.publisher} ${message.text}`).sort());
  expect(received).toEqual(members.map((_, n) => expected(n)));
}

/** Two clients from each address. */
async function start(): Promise<{ targets: ScriptTarget<never>[]; members: Member[] }> {
  const names = ['a', 'b', 'c'];
  const targets = await Promise.all(names.map((name) => scriptTarget<never>('socketcluster', name)));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2 });
  const addresses = Array.from({ length: ADDRESSES }, (_, n) => clientAddress(n)).flatMap((own) => [own, own]);
  return { targets, members: await Promise.all(addresses.map((address) => member(balancer.port, address))) };
}

function expectOneTargetEach(members: readonly Member[], targets: readonly string[]): void {
  for (const [index, { address }] of members.entries()) {
    expect(targets[index], address).toBe(targets[members.findIndex((other) => other.address === address)]);
  }
}

it('carries publish and subscribe, and a dropped client is back on its target with its subscription', async () => {
  const { members } = await start();
  const targets = await targetsOf(members);
  expectOneTargetEach(members, targets);
  expect(new Set(targets).size).toBeGreaterThan(1);
  await exchange(members, targets, 'first');

  for (const { socket } of members) await socket.transmit('drop');
  await subscribed(members, 2);
  expect(await targetsOf(members)).toEqual(targets);
  await exchange(members, targets, 'after the drop');
});

it('brings the clients of a killed target to another one, with their subscriptions', async () => {
  const { members, targets: servers } = await start();
  const before = await targetsOf(members);
  const dead = before[0] as string;
  await servers.find(({ name }) => name === dead)?.kill();

  const moved = members.filter((_, index) => before[index] === dead);
  await subscribed(moved, 2);
  const after = await targetsOf(members);
  expectOneTargetEach(members, after);
  for (const [index, target] of before.entries()) {
    if (target === dead) expect(after[index]).not.toBe(dead);
    else expect(after[index]).toBe(target);
  }
  for (const { connects, address } of members.filter((_, index) => before[index] !== dead)) {
    expect(connects, address).toBe(1);
  }
  await exchange(members, after, 'after the kill');
});
