// When a connection leaves all counts: before its client can see the end, since the client may be back at once. And what becomes
// of a client that is back before all workers have seen its end.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLIENT, ConnectionSetup } from '../testing/connection-setup.ts';
import { NOTHING_MOVED } from '../testing/fake-engine.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A setup in which each client may have one connection, and a client whose end shows what is counted when it sees it. */
function setUp(options: ConstructorParameters<typeof ConnectionSetup>[0]) {
  const setup = new ConnectionSetup({ maxConnectionsPerClient: 1, ...options });
  const { connection, downstream } = setup.accept();
  const seen: unknown[] = [];
  for (const how of ['close', 'reset'] as const) {
    const end = downstream[how].bind(downstream);
    downstream[how] = () => {
      const [open, targets] = [setup.open, setup.counts.reduce((sum, count) => sum + count)];
      seen.push(how, { open, targets });
      end();
    };
  }
  return { setup, connection, seen };
}

const NOTHING = { open: 0, targets: 0 };

/** Whether another connection of the client is within its limit. */
function isBack(setup: ConnectionSetup): boolean {
  setup.news();
  setup.accept();
  return setup.news().some((line) => line.startsWith('dial '));
}

describe('a connection leaves all counts', () => {
  it('when its relay says that it ends, and not only when it is closed', () => {
    const { setup } = setUp({});
    setup.engine.dialling.succeed();
    expect([setup.open, ...setup.counts].reduce((sum, count) => sum + count)).toBe(2);
    setup.engine.observer?.ending();
    expect([setup.open, ...setup.counts]).toEqual([0, 0, 0, 0]);
    expect(isBack(setup)).toBe(true);
    setup.engine.observer?.closed(NOTHING_MOVED);
    expect(setup.open).toBe(1);
  });

  it('before it is reset for want of a target', () => {
    const { setup, seen } = setUp({ targets: [{ host: '10.0.0.1', port: 80 }] });
    setup.engine.dialling.fail('EMFILE');
    expect(seen).toEqual(['reset', NOTHING]);
  });

  it.each(['admitting', 'connecting'])('before it is reset while it is %s', (stage) => {
    const admit = stage === 'admitting' ? () => {} : undefined;
    const { setup, connection, seen } = setUp(admit ? { admit } : {});
    connection.reset();
    expect(seen).toEqual(['reset', NOTHING]);
    expect(vi.getTimerCount()).toBe(0);
    expect(admit ? setup.open === 0 : isBack(setup)).toBe(true);
  });

  it('before it is blocked', () => {
    const { setup, seen } = setUp({
      admitTimeout: 100,
      admit: (_info, done) => void setTimeout(() => done('not today'), 10),
    });
    vi.advanceTimersByTime(10);
    expect(seen).toEqual(['close', NOTHING]);
    expect(setup.open).toBe(0);
  });

  it('before it is reset as one too many', () => {
    const setup = new ConnectionSetup({ maxConnectionsPerClient: 1 });
    setup.accept();
    const { downstream } = setup.accept();
    let open = -1;
    downstream.reset = () => {
      open = setup.open;
    };
    vi.runAllTimers();
    expect(open).toBe(1);
  });
});

describe('a client over its limit of connections', () => {
  it('is reset after it has been looked at again twice', () => {
    const setup = new ConnectionSetup({ maxConnectionsPerClient: 1 });
    setup.accept();
    setup.news();
    setup.accept();
    vi.advanceTimersByTime(39);
    expect(setup.news()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(setup.news()).toEqual(['too many', 'reset client', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([20, 40])('is served if its other connection has ended %d ms later', (wait) => {
    const setup = new ConnectionSetup({ maxConnectionsPerClient: 1 });
    setup.accept();
    setup.engine.dialling.succeed();
    const ending = setup.engine.observer?.ending.bind(setup.engine.observer);
    setup.accept();
    setup.news();
    vi.advanceTimersByTime(wait - 1);
    ending?.();
    vi.advanceTimersByTime(1);
    expect(setup.news()).toEqual([expect.stringMatching(/^dial /)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind when it goes meanwhile', () => {
    const setup = new ConnectionSetup({ maxConnectionsPerClient: 1 });
    setup.accept();
    setup.accept().downstream.onGone?.();
    expect(vi.getTimerCount()).toBe(0);
    expect(setup.open).toBe(1);
  });

  it('is reset at once if it comes too fast', () => {
    const setup = new ConnectionSetup({ connectionRatePerClient: { perSecond: 0.1, burst: 1 } });
    setup.accept(CLIENT);
    setup.news();
    setup.accept(CLIENT);
    expect(setup.news()).toEqual(['too fast', 'reset client', 'closed']);
  });
});
