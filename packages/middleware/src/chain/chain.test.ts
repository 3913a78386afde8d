// The chain's promises, one by one.
import { createHook } from 'node:async_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import { connectionFrom, FakeConnection } from '../testing/fakes.ts';
import { type AdmitOptions, createAdmit } from './chain.ts';
import type { ConnectionMiddleware, Next } from './connection-middleware.ts';

const client = connectionFrom('192.0.2.1');
const pass: ConnectionMiddleware = (_socket, next) => next();

afterEach(() => {
  vi.restoreAllMocks();
});

/** A chain, with what it told and answered so far. */
function chainOf(...middleware: ConnectionMiddleware[]) {
  const done = vi.fn<(blocked: string | undefined) => void>();
  const onBlocked = vi.fn<NonNullable<AdmitOptions['onBlocked']>>();
  const onError = vi.fn<NonNullable<AdmitOptions['onError']>>();
  const admit = createAdmit({ middleware, onBlocked, onError });
  const answer = () => new Promise<string | undefined>((resolve) => admit(client, resolve, new FakeConnection()));
  return { done, onBlocked, onError, answer, ask: () => admit(client, done, new FakeConnection()) };
}

/** Middleware that waits for the test to answer. */
function held() {
  let answer: Next | undefined;
  const middleware: ConnectionMiddleware = (_socket, next) => {
    answer = next;
  };
  const next: Next = (reason) => {
    if (!answer) throw new Error('the middleware was not called');
    answer(reason);
  };
  return { middleware, next };
}

test('without middleware a connection is admitted at once', () => {
  const { ask, done } = chainOf();
  ask();
  expect(done.mock.calls).toEqual([[undefined]]);
});

test('middleware runs in order, on the connection itself, and is answered for at once', () => {
  const order: string[] = [];
  const note =
    (name: string): ConnectionMiddleware =>
    (socket, next) => {
      expect(socket).toMatchObject(client);
      order.push(name);
      next();
    };
  const { ask, done, onError } = chainOf(note('first'), note('second'), note('third'));
  ask();
  expect(order).toEqual(['first', 'second', 'third']);
  expect(done.mock.calls).toEqual([[undefined]]);
  expect(onError).not.toHaveBeenCalled();
});

test('the next middleware waits for an answer that comes later', () => {
  const { middleware, next } = held();
  const second = vi.fn(pass);
  const { ask, done } = chainOf(middleware, second);
  ask();
  expect(second).not.toHaveBeenCalled();
  expect(done).not.toHaveBeenCalled();
  next();
  expect(second).toHaveBeenCalledOnce();
  expect(done.mock.calls).toEqual([[undefined]]);
});

test.each([[undefined], [null], [false], [0], ['']])('next(%j) admits', (reason) => {
  const { ask, done, onBlocked } = chainOf((_socket, next) => next(reason));
  ask();
  expect(done.mock.calls).toEqual([[undefined]]);
  expect(onBlocked).not.toHaveBeenCalled();
});

const failure = new Error('banned');
test.each([
  ['no entry', 'no entry'],
  [failure, 'banned'],
  [new TypeError(), 'TypeError'],
  [true, 'true'],
  [403, '403'],
  [{ status: 403 }, '{ status: 403 }'],
])('next(%o) blocks, and the reason is told as it was given', (reason, text) => {
  const later = vi.fn(pass);
  const { ask, done, onBlocked, onError } = chainOf((_socket, next) => next(reason), later);
  ask();
  expect(done.mock.calls).toEqual([[text]]);
  expect(onBlocked.mock.calls).toMatchObject([[reason, client]]);
  expect(onBlocked.mock.calls[0]?.[0]).toBe(reason);
  expect(onError).not.toHaveBeenCalled();
  expect(later).not.toHaveBeenCalled();
});

test('a reason that comes later blocks as well', () => {
  const { middleware, next } = held();
  const { ask, done, onBlocked } = chainOf(middleware, pass);
  ask();
  next('too late for you');
  expect(done.mock.calls).toEqual([['too late for you']]);
  expect(onBlocked).toHaveBeenCalledOnce();
});

test('a second call of next is ignored', () => {
  const first = held();
  const second = held();
  const { ask, done, onBlocked } = chainOf(first.middleware, second.middleware);
  ask();
  first.next();
  first.next();
  first.next('changed my mind');
  expect(done).not.toHaveBeenCalled();
  second.next();
  second.next('changed my mind');
  expect(done.mock.calls).toEqual([[undefined]]);
  expect(onBlocked).not.toHaveBeenCalled();
});

test('a second call of next within the same call of the middleware is ignored', () => {
  const later = vi.fn(pass);
  const { ask, done } = chainOf((_socket, next) => {
    next();
    next();
    next('changed my mind');
  }, later);
  ask();
  expect(later).toHaveBeenCalledOnce();
  expect(done.mock.calls).toEqual([[undefined]]);
});

test.each([
  [failure, 'banned'],
  ['just text', 'just text'],
  [undefined, 'undefined'],
])('a thrown %o blocks and is told once, as an error', (thrown, text) => {
  const later = vi.fn(pass);
  const { ask, done, onBlocked, onError } = chainOf(() => {
    throw thrown;
  }, later);
  ask();
  expect(done.mock.calls).toEqual([[`Middleware failed: ${text}`, thrown === failure ? `Error: ${text}` : text]]);
  expect(later).not.toHaveBeenCalled();
  expect(onBlocked).not.toHaveBeenCalled();
  expect(onError).toHaveBeenCalledOnce();
  const [error, connection] = onError.mock.calls[0] ?? [];
  expect(error).toBeInstanceOf(Error);
  expect(error === thrown || error?.cause === thrown).toBe(true);
  expect(connection).toMatchObject(client);
});

test('an async function admits by calling next, before or after it waits', async () => {
  const { answer, onError } = chainOf(
    async (_socket, next) => {
      await null;
      next();
    },
    async (_socket, next) => {
      next();
      await null;
    },
  );
  expect(await answer()).toBeUndefined();
  expect(onError).not.toHaveBeenCalled();
});

test('an async function blocks by calling next with a reason', async () => {
  const { answer, onBlocked } = chainOf(async (_socket, next) => {
    await null;
    next('on the list');
  });
  expect(await answer()).toBe('on the list');
  expect(onBlocked).toHaveBeenCalledOnce();
});

test('an async function that resolves without next leaves the connection waiting', async () => {
  let resolved: Promise<void> | undefined;
  const { ask, done } = chainOf(() => {
    resolved = Promise.resolve();
    return resolved;
  });
  ask();
  await resolved;
  await new Promise(setImmediate);
  expect(done).not.toHaveBeenCalled();
});

test.each([[failure], [undefined]])('a rejection with %o blocks and is told once', async (reason) => {
  const { answer, onError, onBlocked } = chainOf(() => Promise.reject(reason), pass);
  expect(await answer()).toBe(`Middleware failed: ${reason?.message}`);
  expect(onError).toHaveBeenCalledOnce();
  expect(onBlocked).not.toHaveBeenCalled();
});

test('an error thrown after next is told, and changes nothing', () => {
  const { ask, done, onError } = chainOf((_socket, next) => {
    next();
    throw failure;
  }, pass);
  ask();
  expect(done.mock.calls).toEqual([[undefined]]);
  expect(onError.mock.calls).toMatchObject([[failure, client, false]]);
});

test('an error thrown after next(reason) is told, and the reason stands', () => {
  const { ask, done, onError } = chainOf((_socket, next) => {
    next('no entry');
    throw failure;
  });
  ask();
  expect(done.mock.calls).toEqual([['no entry']]);
  expect(onError.mock.calls).toMatchObject([[failure, client, false]]);
});

test('a rejection after next is told, and changes nothing', async () => {
  const done = vi.fn();
  const late: ConnectionMiddleware = async (_socket, next) => {
    next();
    await null;
    throw failure;
  };
  const told = await new Promise((resolve) => {
    const onError: AdmitOptions['onError'] = (...what) => resolve(what);
    createAdmit({ middleware: [late], onError })(client, done, new FakeConnection());
  });
  expect(told).toMatchObject([failure, client, false]);
  expect(done.mock.calls).toEqual([[undefined]]);
});

test('next after a failure is ignored', () => {
  let answer: Next | undefined;
  const { ask, done } = chainOf((_socket, next) => {
    answer = next;
    throw failure;
  });
  ask();
  answer?.();
  expect(answer).toBeDefined();
  expect(done.mock.calls).toEqual([['Middleware failed: banned', 'Error: banned']]);
});

test('a thrown error is told once even where nobody else hears of it', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const done = vi.fn();
  const thrower: ConnectionMiddleware = () => {
    throw failure;
  };
  createAdmit({ middleware: [thrower] })(client, done, new FakeConnection());
  expect(done).toHaveBeenCalledOnce();
  expect(emitWarning.mock.calls).toEqual([[failure]]);
});

test('a connection is answered although the functions that are told throw', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const done = vi.fn();
  const onError = vi.fn(() => {
    throw new Error('onError is broken');
  });
  const onBlocked = () => {
    throw new Error('onBlocked is broken');
  };
  createAdmit({ middleware: [(_socket, next) => next('no entry')], onBlocked, onError })(
    client,
    done,
    new FakeConnection(),
  );
  expect(done.mock.calls).toEqual([['no entry']]);
  expect(onError.mock.calls).toMatchObject([[{ message: 'onBlocked is broken' }, client, false]]);
  expect(emitWarning.mock.calls).toMatchObject([[{ message: 'onError is broken' }]]);
});

test('a reason that cannot be shown blocks like any other', () => {
  const hostile = {
    get [Symbol.toStringTag](): string {
      throw new Error('no tag');
    },
    [Symbol.for('nodejs.util.inspect.custom')](): string {
      throw new Error('no picture');
    },
  };
  const { ask, done } = chainOf((_socket, next) => next(hostile));
  ask();
  expect(done.mock.calls).toEqual([['a reason that cannot be shown']]);
});

test('middleware added later is asked about later connections', () => {
  const middleware: ConnectionMiddleware[] = [];
  const admit = createAdmit({ middleware });
  const done = vi.fn();
  admit(client, done, new FakeConnection());
  middleware.push((_socket, next) => next('from now on'));
  admit(client, done, new FakeConnection());
  expect(done.mock.calls).toEqual([[undefined], ['from now on']]);
});

test('two connections in the same chain do not answer for each other', () => {
  const answers = new Map<string, Next>();
  const done = vi.fn();
  const admit = createAdmit({ middleware: [(socket, next) => answers.set(socket.clientAddress, next)] });
  for (const address of ['192.0.2.1', '192.0.2.2'])
    admit(connectionFrom(address), (why) => done(address, why), new FakeConnection());
  answers.get('192.0.2.2')?.('second is blocked');
  answers.get('192.0.2.1')?.();
  expect(done.mock.calls).toEqual([
    ['192.0.2.2', 'second is blocked'],
    ['192.0.2.1', undefined],
  ]);
});

test('a hundred thousand functions that answer at once do not exhaust the stack', () => {
  const { ask, done, onError } = chainOf(...new Array<ConnectionMiddleware>(100_000).fill(pass));
  ask();
  expect(done.mock.calls).toEqual([[undefined]]);
  expect(onError).not.toHaveBeenCalled();
});

test('nor do they after an answer that came later', () => {
  const { middleware, next } = held();
  const { ask, done } = chainOf(middleware, ...new Array<ConnectionMiddleware>(100_000).fill(pass));
  ask();
  next();
  expect(done.mock.calls).toEqual([[undefined]]);
});

test('no promise is made for middleware that answers at once', () => {
  const quiet = chainOf(pass, pass, (_socket, next) => next('no entry'));
  const control = chainOf(async (_socket, next) => next());
  expect(promisesMadeBy(control.ask)).toBeGreaterThan(0);
  expect(promisesMadeBy(quiet.ask)).toBe(0);
  expect(promisesMadeBy(chainOf().ask)).toBe(0);
  expect(quiet.done.mock.calls).toEqual([['no entry']]);
});

function promisesMadeBy(call: () => void): number {
  let made = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') made += 1;
    },
  }).enable();
  call();
  hook.disable();
  return made;
}

test.each([
  ['admitted', undefined],
  ['blocked', 'not today'],
])('a connection that was %s can no longer be paused', (_, reason) => {
  let paused = 0;
  const { middleware, next } = held();
  const { ask } = chainOf((socket, answer) => {
    const pause = () => socket.pause();
    pause();
    paused += 1;
    middleware(socket, (given) => {
      answer(given);
      expect(pause).toThrow('socket.pause() is not possible');
      paused += 1;
    });
  });
  ask();
  next(reason);
  expect(paused).toBe(2);
});
