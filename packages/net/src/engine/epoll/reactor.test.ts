// The reactor: whom it tells of what, what it does later, and that Node has its turn meanwhile. Linux only.
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { nextTurn, until } from '../../testing/until.ts';
import { EPOLLIN, type Libc, loadLibc } from '../system/libc.ts';
import { Reactor, type Watched } from './reactor.ts';

const libc = loadLibc() as Libc;
/** How many were ready each time the system was asked. */
const batches: number[] = [];
/** One for all tests, as there is one a process. */
const reactor = new Reactor({
  ...libc,
  epollWait(...args) {
    const count = libc.epollWait(...args);
    batches.push(count);
    return count;
  },
});

/** A connection: what is sent on one end makes the other readable, for as long as nobody reads. */
interface Pair {
  readonly near: TestSocket;
  readonly far: TestSocket;
}

async function pair(): Promise<Pair> {
  const listener = TestListener.open();
  const far = await TestSocket.connect(listener.port);
  return { near: await listener.accept(), far };
}

/** Watches a descriptor for being readable until the end of the test, or until it is removed. */
function watch(fd: number, ready: () => void): Watched {
  const watched = { fd, generation: 0, ready };
  reactor.add(watched, EPOLLIN);
  later(() => reactor.remove(watched, false));
  return watched;
}

/** Further descriptors of a socket. Each is watched by itself. */
function duplicates(socket: TestSocket, count: number): number[] {
  return Array.from({ length: count }, () => {
    const fd = libc.duplicate(socket.fd);
    later(() => libc.close(fd));
    return fd;
  });
}

/** A further descriptor of a socket that has just this number, which is free. */
function duplicateAs(fd: number, socket: TestSocket): void {
  const lower: number[] = [];
  let copy = libc.duplicate(socket.fd);
  for (; copy < fd; copy = libc.duplicate(socket.fd)) lower.push(copy);
  for (const one of lower) libc.close(one);
  later(() => libc.close(copy));
  expect(copy).toBe(fd);
}

it('does not tell a descriptor what was meant for the one that had its number before', async () => {
  const [a, b, quiet] = [await pair(), await pair(), await pair()];
  const told: string[] = [];
  // The first one that is told closes the other, whose number goes to a socket that has nothing to tell.
  const closesOther = (own: Pair, other: Pair, watched: Watched[]) => (): void => {
    told.push('one of two');
    const [mine, others] = watched as [Watched, Watched];
    own.near.take();
    reactor.remove(mine, false);
    reactor.remove(others, false);
    other.near.close();
    duplicateAs(others.fd, quiet.near);
    watch(others.fd, () => {
      told.push('successor');
      quiet.near.take();
    });
  };
  const watched: Watched[] = [];
  watched.push(watch(a.near.fd, () => closesOther(a, b, watched)()));
  watched.push(watch(b.near.fd, () => closesOther(b, a, watched.toReversed())()));
  batches.length = 0;
  a.far.offer(Buffer.from('x'));
  b.far.offer(Buffer.from('x'));
  await until('the first to be told', () => told.length > 0);
  await nextTurn();
  expect(batches[0]).toBe(2);
  expect(told).toEqual(['one of two']);

  quiet.far.offer(Buffer.from('x'));
  await until('the successor to be told what is its own', () => told.length > 1);
  expect(told).toEqual(['one of two', 'successor']);
});

it('tells nobody who was removed within the same batch', async () => {
  const { near, far } = await pair();
  await far.send('x');
  let told = 0;
  const watched = duplicates(near, 2).map((fd) =>
    watch(fd, () => {
      told += 1;
      for (const one of watched) reactor.remove(one, true);
    }),
  );
  await until('one to be told', () => told > 0);
  await nextTurn();
  expect(told).toBe(1);
});

it('does later what is postponed, in order, and after those who are ready now', async () => {
  const done: string[] = [];
  reactor.postpone(() => done.push('first'));
  reactor.postpone(() => done.push('second'));
  expect(done).toEqual([]);
  await until('both to be done', () => done.length === 2);
  expect(done.splice(0)).toEqual(['first', 'second']);

  const { near, far } = await pair();
  await far.send('x');
  const watched = duplicates(near, 3).map((fd, n) =>
    watch(fd, () => {
      done.push('ready');
      reactor.remove(watched[n] as Watched, true);
      reactor.postpone(() => done.push('postponed'));
    }),
  );
  await until('all to be done', () => done.length === 6);
  expect(done).toEqual(['ready', 'ready', 'ready', 'postponed', 'postponed', 'postponed']);
});

it('leaves Node its turns, and serves everybody, while more are always ready than it asks for at a time', async () => {
  const told = new Map<number, number>();
  // Not all of one socket: the kernel lets a file be watched on no more than 500 ways of this length.
  for (let n = 0; n < 3; n += 1) {
    const { near, far } = await pair();
    await far.send('x');
    for (const fd of duplicates(near, 250)) watch(fd, () => told.set(fd, (told.get(fd) ?? 0) + 1));
  }
  for (let timers = 0; timers < 20; timers += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  await until('everybody to be told twice', () => told.size === 750 && Math.min(...told.values()) > 1);
});

it('leaves Node its turns, and serves who is ready, while something is postponed again and again', async () => {
  const { near, far } = await pair();
  await far.send('x');
  let [told, again, over] = [0, 0, false];
  const goOn = (): void => {
    again += 1;
    if (!over) reactor.postpone(goOn);
  };
  later(() => {
    over = true;
  });
  watch(near.fd, () => {
    told += 1;
  });
  reactor.postpone(goOn);
  for (let timers = 0; timers < 20; timers += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  await until('both to go on', () => told > 100 && again > 100);
});

it('says why there can be none in a worker thread', async () => {
  expect(Reactor.obstacle).toBeUndefined();
  const module = new URL('../../../dist/engine/epoll/reactor.js', import.meta.url).href;
  const ask = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData).then(({ Reactor }) => parentPort.postMessage(Reactor.obstacle));
  `;
  const worker = new Worker(ask, { eval: true, workerData: module });
  later(() => worker.terminate());
  const obstacle = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  expect(obstacle).toBe('this is not the main thread');
});
