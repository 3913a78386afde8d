// The socket of middleware: what it can do as `net.Socket` does, and what it refuses.
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionFrom, FakeConnection } from '../testing/fakes.ts';
import { ClientSocket } from './client-socket.ts';

const info = connectionFrom('192.0.2.1');
const turn = () => new Promise((resolve) => setImmediate(resolve));

function make() {
  const connection = new FakeConnection();
  const onThrown = vi.fn();
  const socket = new ClientSocket(info, connection, onThrown);
  const events: string[] = [];
  const note = (name: string) => () => events.push(name);
  return { connection, onThrown, socket, events, note };
}

it('has the addresses as net.Socket has them, and takes properties of the controller', () => {
  const { socket } = make();
  expect(socket).toMatchObject(info);
  expect(socket).toBeInstanceOf(EventEmitter);
  expect(socket.localFamily).toBe('IPv6');
  expect(socket.address()).toEqual({ address: '::ffff:198.51.100.1', family: 'IPv6', port: 80 });
  expect(Object.assign(socket, { userId: 7 }).userId).toBe(7);
  expect(socket).toMatchObject({
    destroyed: false,
    closed: false,
    readable: true,
    writable: true,
    connecting: false,
    pending: false,
    readyState: 'open',
    timeout: undefined,
  });
  expect(socket.ref()).toBe(socket);
  expect(socket.unref()).toBe(socket);
});

describe('close', () => {
  it('comes once the connection is over, after end, to each listener', async () => {
    const { connection, socket, events, note } = make();
    socket.on('close', note('on')).once('close', note('once')).addListener('end', note('end'));
    socket.prependListener('close', note('first')).prependOnceListener('close', note('very first'));
    const removed = note('removed');
    socket.on('close', removed).off('close', removed).on('close', removed).removeListener('close', removed);
    connection.over();
    expect(events).toEqual([]); // never within the call that ends it
    await turn();
    expect(events).toEqual(['end', 'very first', 'first', 'on', 'once']);
    expect(socket).toMatchObject({ destroyed: true, closed: true, readable: false, readyState: 'closed' });
  });

  it('can be awaited', async () => {
    const { connection, socket } = make();
    setImmediate(() => connection.over());
    expect(await once(socket, 'close')).toEqual([false]);
  });

  it('is asked for only where somebody listens', () => {
    const { connection, socket } = make();
    socket.on('error', () => {}).on('my own event', () => {});
    expect(connection.isWatched).toBe(false);
    socket.once('close', () => {});
    expect(connection.isWatched).toBe(true);
  });

  it('reports a listener that throws, and calls the next event', async () => {
    const { connection, socket, events, note, onThrown } = make();
    const thrown = new Error('broken');
    socket.on('end', () => {
      throw thrown;
    });
    socket.on('close', note('close'));
    connection.over();
    await turn();
    expect(onThrown.mock.calls).toEqual([[thrown]]);
    expect(events).toEqual(['close']);
  });
});

it('reports an async listener that rejects', async () => {
  const { connection, socket, onThrown } = make();
  const rejected = new Error('broken');
  socket.on('close', async () => {
    throw rejected;
  });
  connection.over();
  await turn();
  expect(onThrown.mock.calls).toEqual([[rejected]]);
});

describe('ending', () => {
  it.each([
    ['end', 'close'],
    ['destroy', 'close'],
    ['destroySoon', 'close'],
    ['resetAndDestroy', 'reset'],
  ] as const)('%s() asks for %s once, and close follows', async (method, asked) => {
    const { connection, socket, events, note } = make();
    socket[method]();
    expect(socket.destroyed).toBe(true);
    socket.on('close', note('close')); // a listener that comes after, in the same turn
    socket[method]();
    expect(connection.calls).toEqual([[asked]]);
    await turn();
    expect(events).toEqual(['close']);
  });

  it('is over at once for the controller, though the connection takes a moment', () => {
    const { connection, socket } = make();
    connection.close = () => {};
    socket.destroy();
    expect(connection.isOver).toBe(false);
    expect(socket.destroyed).toBe(true);
  });

  it('end(callback) calls back at close; end(data) is refused', async () => {
    const { socket, connection } = make();
    expect(() => socket.end('goodbye', 'utf8', () => {})).toThrow('socket.end(data) is not possible');
    expect(connection.calls).toEqual([]);
    await new Promise<void>((resolve) => socket.end(resolve));
  });

  it.each(['', null, undefined])('end(%j) writes nothing, so that it ends the connection', async (data) => {
    const { connection, socket } = make();
    await new Promise<void>((resolve) => socket.end(data, 'utf8', resolve));
    expect(connection.calls).toEqual([['close']]);
  });

  it('destroy(error) emits the error, or reports it where nobody listens', async () => {
    const error = new Error('banned');
    const heard = make();
    const onError = vi.fn();
    const onClose = vi.fn();
    heard.socket.on('error', onError).on('close', onClose).destroy(error);
    const unheard = make();
    unheard.socket.destroy(error);
    await turn();
    expect(onError.mock.calls).toEqual([[error]]);
    expect(onClose.mock.calls).toEqual([[true]]);
    expect(heard.onThrown).not.toHaveBeenCalled();
    expect(unheard.onThrown.mock.calls).toEqual([[error]]);
  });
});

it('passes keep-alive and no-delay on, with the defaults of Node', () => {
  const { connection, socket } = make();
  expect(socket.setKeepAlive().setKeepAlive(true).setKeepAlive(true, 4_100).setNoDelay().setNoDelay(false)).toBe(
    socket,
  );
  expect(connection.calls).toEqual([
    ['setKeepAlive', false, undefined],
    ['setKeepAlive', true, undefined],
    ['setKeepAlive', true, 5],
    ['setNoDelay', true],
    ['setNoDelay', false],
  ]);
});

describe('setTimeout', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('emits timeout once a silence, and leaves the connection open', () => {
    const { connection, socket, events, note } = make();
    expect(socket.setTimeout(1_000, note('callback')).on('timeout', note('timeout'))).toBe(socket);
    expect(socket.timeout).toBe(1_000);
    connection.silentFor = 9_999_999; // whatever was before the call does not count
    vi.advanceTimersByTime(999);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(events).toEqual(['callback', 'timeout']);
    expect(connection.isOver).toBe(false);
    connection.silentFor = 0;
    vi.advanceTimersByTime(5_000);
    expect(events).toHaveLength(2);
    connection.silentFor = 2_000;
    vi.advanceTimersByTime(250);
    expect(events).toEqual(['callback', 'timeout', 'timeout']); // the callback only once, as in Node
  });

  it('is put off by each byte', () => {
    const { connection, socket, events, note } = make();
    socket.setTimeout(1_000, note('timeout'));
    connection.silentFor = 400;
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
  });

  it('0 switches it off, and a second one replaces the first', () => {
    const { connection, socket, events, note } = make();
    const callback = note('timeout');
    connection.silentFor = 60_000;
    socket.setTimeout(1_000, callback).setTimeout(0, callback);
    expect(socket.timeout).toBeUndefined();
    vi.advanceTimersByTime(2_000);
    socket.setTimeout(1_000).setTimeout(5_000);
    socket.on('timeout', note('second'));
    vi.advanceTimersByTime(4_000);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(events).toEqual(['second']);
  });

  it('ends with the connection', () => {
    const { connection, socket, events, note } = make();
    socket.setTimeout(1_000, note('timeout'));
    connection.silentFor = 60_000;
    connection.over();
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    socket.setTimeout(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports a listener that throws', () => {
    const { connection, socket, onThrown } = make();
    socket.setTimeout(1_000, () => {
      throw new Error('broken');
    });
    connection.silentFor = 60_000;
    vi.advanceTimersByTime(1_100);
    expect(onThrown.mock.calls).toMatchObject([[{ message: 'broken' }]]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '1000', undefined])('refuses %s', (timeout) => {
    expect(() => make().socket.setTimeout(timeout as number)).toThrow(RangeError);
  });
});

describe('what a stream would do', () => {
  const stream = (): Record<string, (...args: unknown[]) => unknown> => make().socket as never;

  it.each([
    'read',
    'pipe',
    'unpipe',
    'setEncoding',
    'unshift',
    'push',
    'wrap',
    'write',
    'cork',
    'uncork',
    'setDefaultEncoding',
    'connect',
  ])('%s() is refused with what to do instead', (method) => {
    const refused = expect.objectContaining({ code: 'SOCKET_IS_NO_STREAM', message: expect.stringMatching(/; .*\.$/) });
    expect(() => stream()[method]?.('x')).toThrow(refused);
    expect(() => stream()[method]?.('x')).toThrow(`socket.${method}() is not possible in a balancer's middleware: `);
  });

  it.each(['data', 'readable', 'drain', 'finish', 'pipe', 'unpipe', 'pause', 'resume'])(
    'a listener for %s is refused, since it would never be called',
    (event) => {
      const { socket } = make();
      for (const add of ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const) {
        expect(() => socket[add](event, () => {})).toThrow(`socket.on('${event}') is not possible`);
      }
      expect(socket.listenerCount(event)).toBe(0);
    },
  );

  it('is neither counted nor iterated', async () => {
    const { socket } = make();
    expect(() => (socket as { bytesRead?: number }).bytesRead).toThrow('socket.bytesRead is not possible');
    const read = async () => {
      for await (const _chunk of socket as unknown as AsyncIterable<unknown>);
    };
    await expect(read()).rejects.toThrow('Symbol.asyncIterator');
  });

  it('pause and resume do nothing before the answer, when nothing is read anyway, and are refused after it', () => {
    const { socket } = make();
    expect(socket.pause().resume()).toBe(socket);
    ClientSocket.decided(socket);
    expect(() => socket.pause()).toThrow('socket.pause() is not possible');
    expect(() => socket.resume()).toThrow('socket.resume() is not possible');
  });
});
