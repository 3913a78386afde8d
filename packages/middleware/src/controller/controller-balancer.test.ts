// The balancer as a controller sees it: its middleware, its events, and what it passes on.
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { MiddlewareError } from '../errors.ts';
import { connectionFrom, FakeConnection, FakeControl } from '../testing/fakes.ts';
import { ControllerBalancer } from './controller-balancer.ts';

const client = connectionFrom('192.0.2.1');

afterEach(() => {
  vi.restoreAllMocks();
});

function make() {
  const control = new FakeControl();
  const balancer = new ControllerBalancer(control);
  const done = vi.fn<(blocked: string | undefined) => void>();
  return { control, balancer, done };
}

function errorOf(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('the type of connection middleware is "connection"', () => {
  const { balancer } = make();
  expect(balancer.MIDDLEWARE_CONNECTION).toBe('connection');
  expect(Object.hasOwn(balancer, 'MIDDLEWARE_CONNECTION')).toBe(true);
});

test('middleware decides, in the order in which it was added', () => {
  const { balancer, done } = make();
  balancer.admit(client, done, new FakeConnection());
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (_socket, next) => next());
  balancer.addMiddleware('connection', (_socket, next) => next('second says no'));
  balancer.addMiddleware('connection', (_socket, next) => next('third says no'));
  balancer.admit(client, done, new FakeConnection());
  expect(done.mock.calls).toEqual([[undefined], ['second says no']]);
});

test.each([['request'], ['constructor'], [undefined], [Symbol('connection')]])(
  'an unknown type of middleware, %o, is an error that says what to use',
  (type) => {
    const { balancer, done } = make();
    const error = errorOf(() => balancer.addMiddleware(type as 'connection', (_socket, next) => next('no')));
    expect(error).toBeInstanceOf(MiddlewareError);
    expect(error).toMatchObject({ code: 'MIDDLEWARE_TYPE_UNKNOWN' });
    expect(String(error)).toContain(typeof type === 'string' ? JSON.stringify(type) : String(type));
    expect(String(error)).toContain('balancer.MIDDLEWARE_CONNECTION');
    balancer.admit(client, done, new FakeConnection());
    expect(done.mock.calls).toEqual([[undefined]]);
  },
);

test.each([[undefined], ['./middleware.js'], [{}]])('middleware that is %o, not a function, is an error', (value) => {
  const { balancer, done } = make();
  const error = errorOf(() => balancer.addMiddleware('connection', value as never));
  expect(error).toBeInstanceOf(MiddlewareError);
  expect(error).toMatchObject({ code: 'MIDDLEWARE_NOT_A_FUNCTION' });
  balancer.admit(client, done, new FakeConnection());
  expect(done.mock.calls).toEqual([[undefined]]);
});

test('notice gives the reason of a block as it was given, and the connection', () => {
  const { balancer, done } = make();
  const reason = { status: 403 };
  const notice = vi.fn();
  const error = vi.fn();
  balancer.on('notice', notice).on('error', error);
  balancer.addMiddleware('connection', (_socket, next) => next(reason));
  balancer.admit(client, done, new FakeConnection());
  expect(notice.mock.calls).toMatchObject([[reason, client]]);
  expect(notice.mock.calls[0]?.[0]).toBe(reason);
  expect(error).not.toHaveBeenCalled();
});

test('error gives what middleware threw, and the connection', () => {
  const { balancer, done } = make();
  const thrown = new Error('the database is away');
  const notice = vi.fn();
  const error = vi.fn();
  balancer.on('notice', notice).on('error', error);
  balancer.addMiddleware('connection', () => {
    throw thrown;
  });
  balancer.admit(client, done, new FakeConnection());
  expect(error.mock.calls).toMatchObject([[thrown, client, true]]);
  expect(notice).not.toHaveBeenCalled();
  expect(done.mock.calls).toEqual([['Middleware failed: the database is away', 'Error: the database is away']]);
});

test('an error that nobody listens for becomes a warning', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { balancer, done } = make();
  const thrown = new Error('the database is away');
  balancer.addMiddleware('connection', () => {
    throw thrown;
  });
  balancer.admit(client, done, new FakeConnection());
  expect(done).toHaveBeenCalledOnce();
  expect(balancer.emit('error', 'only text')).toBe(false);
  expect(emitWarning.mock.calls).toMatchObject([[thrown], [{ message: expect.stringContaining('only text') }]]);
});

test('a listener of notice that throws blocks nothing else, and is heard as an error', () => {
  const { balancer, done } = make();
  const error = vi.fn();
  balancer.on('error', error);
  balancer.on('notice', () => {
    throw new Error('the log is full');
  });
  balancer.addMiddleware('connection', (_socket, next) => next('no entry'));
  balancer.admit(client, done, new FakeConnection());
  expect(done.mock.calls).toEqual([['no entry']]);
  expect(error.mock.calls).toMatchObject([[{ message: 'the log is full' }, client, false]]);
});

test('an async listener of notice that rejects is reported as an error, and one of error as a warning', async () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { balancer, done } = make();
  const errors: unknown[][] = [];
  balancer.on('error', async (...args) => {
    errors.push(args);
    throw new Error('the log is gone');
  });
  balancer.on('notice', async () => {
    throw new Error('the log is full');
  });
  balancer.addMiddleware('connection', (_socket, next) => next('no entry'));
  balancer.admit(client, done, new FakeConnection());
  await vi.waitFor(() => expect(emitWarning).toHaveBeenCalled());
  expect(errors).toMatchObject([[{ message: 'the log is full' }, client, false]]);
  expect(emitWarning.mock.calls).toMatchObject([[{ message: 'the log is gone' }]]);
});

test('an error listener that throws for an async listener of notice ends nothing', async () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { balancer, done } = make();
  balancer.on('error', (error) => {
    throw error;
  });
  balancer.on('notice', () => Promise.reject(new Error('the log is full')));
  balancer.addMiddleware('connection', (_socket, next) => next('no entry'));
  balancer.admit(client, done, new FakeConnection());
  await vi.waitFor(() => expect(emitWarning.mock.calls).toMatchObject([[{ message: 'the log is full' }]]));
});

test('targets are those of the control', () => {
  const { balancer, control } = make();
  expect(balancer.targets).toBe(control.all);
  expect(balancer.activeTargets).toEqual([{ host: 'localhost', port: 8000 }]);
  expect(balancer.isTargetActive('localhost', 8000)).toBe(true);
  expect(balancer.isTargetActive('localhost', 8001)).toBe(false);
  expect(balancer.isTargetActive('localhost', '8000')).toBe(true);
});

test('changes and close are passed on', () => {
  const { balancer, control } = make();
  const closed = vi.fn();
  const targets = [{ host: 'example.org', port: 9000 }];
  balancer.setTargets(targets);
  balancer.deactivateTarget('localhost', '8000');
  balancer.close(closed);
  balancer.close();
  expect(control.calls).toEqual([
    ['setTargets', targets],
    ['deactivateTarget', 'localhost', 8000],
    ['close'],
    ['close'],
  ]);
  expect(closed).toHaveBeenCalledOnce();
});

describe('in a timer, where 0.9.26 did not throw', () => {
  it('a list of targets that the control refuses is an event, and says what stays in use', () => {
    const { balancer, control } = make();
    const error = vi.fn();
    balancer.on('error', error);
    balancer.setTargets([]);
    expect(error.mock.calls).toMatchObject([
      [
        {
          code: 'TARGETS_REFUSED',
          cause: { message: 'the list is empty' },
          message:
            'setTargets has changed nothing. the list is empty. The targets stay as they are: localhost:8000, localhost:8001.',
        },
        undefined,
        false,
      ],
    ]);
    expect(control.calls).toEqual([]);
  });

  it.each([[[]], [null], [undefined]])('setTargets(%j) without a listener is a warning', (list) => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    make().balancer.setTargets(list as never);
    expect(emitWarning.mock.calls).toMatchObject([[{ code: 'TARGETS_REFUSED' }]]);
  });

  it('a listener of error that throws for a list of targets ends nothing', () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { balancer } = make();
    balancer.on('error', (_error, socket) => socket.remoteAddress);
    balancer.setTargets([]);
    expect(emitWarning.mock.calls).toMatchObject([[{ name: 'TypeError' }]]);
  });

  it.each([
    [[]],
    [['localhost']],
    [[{ host: 'localhost', port: 8000 }]],
    [['localhost', {}]],
    [['localhost', Symbol('p')]],
  ])('what is no host and port is no active target, and is not deactivated: %j', (args) => {
    const { balancer, control } = make();
    const [host, port] = args as [string, number];
    balancer.deactivateTarget(host, port);
    expect(balancer.isTargetActive(host, port)).toBe(false);
    expect(control.calls).toEqual([]);
  });

  it('close takes what is no callback', () => {
    const { balancer, control } = make();
    balancer.close('now' as never);
    expect(control.calls).toEqual([['close']]);
  });
});

describe('the properties of LoadBalancer.js 0.9.26', () => {
  it('options can be read, as they hold at that time', () => {
    const { balancer, control } = make();
    const settings = control.settings();
    for (const [name, value] of Object.entries(settings)) expect(balancer).toHaveProperty(name, value);
    vi.spyOn(control, 'settings').mockReturnValue({ ...settings, sessionExpiry: 5 });
    expect(balancer.sessionExpiry).toBe(5);
  });

  it('activeTargetsLookup has 1 for each active target', () => {
    const { balancer } = make();
    expect(balancer.activeTargetsLookup).toEqual({ 'localhost:8000': 1 });
    expect(balancer.activeTargetsLookup['localhost:8001']).toBeUndefined();
  });

  // Without "use strict", to set what can't be set would otherwise do nothing.
  it.each([
    ['sourcePort', 'Set the option sourcePort in the config.'],
    ['targetDeactivationDuration', 'Set the option targetDeactivationDuration in the config.'],
    ['stickiness', 'Set the option stickiness in the config.'],
    ['targets', 'Use balancer.setTargets(list).'],
    ['activeTargets', 'Use balancer.setTargets(list) or balancer.deactivateTarget(host, port).'],
    ['activeTargetsLookup', 'Use balancer.setTargets(list) or balancer.deactivateTarget(host, port).'],
  ])('%s cannot be set, and the error says what to do', (name, advice) => {
    const { balancer } = make();
    const set = new Function('balancer', `balancer.${name} = 1;`);
    expect(errorOf(() => set(balancer))).toMatchObject({
      code: 'PROPERTY_READ_ONLY',
      message: `balancer.${name} can only be read. ${advice}`,
    });
  });

  it.each(['_server', '_middleware', '_chooseTarget', '_activeSessions', '_errorDomain', 'maxBufferSize'])(
    '%s is gone, which shows when it is read and when it is set',
    (name) => {
      const { balancer } = make();
      const old = balancer as unknown as Record<string, unknown>;
      const gone = { code: 'PROPERTY_GONE', message: expect.stringContaining(`balancer.${name} of LoadBalancer.js`) };
      expect(errorOf(() => old[name])).toMatchObject(gone);
      expect(errorOf(() => (old[name] = () => {}))).toMatchObject(gone);
    },
  );

  it('a controller may add properties of its own', () => {
    expect(Object.assign(make().balancer, { blacklist: [] }).blacklist).toEqual([]);
  });
});
