import { describe, expect, it } from 'vitest';
import { OptionsError, resolveOptions } from '../options/index.ts';
import { createBalancer } from '../proxy/create-balancer.ts';
import { ConnectionSetup } from '../testing/connection-setup.ts';
import { FakeLog } from '../testing/fake-log.ts';
import { chooseEngine } from './choose-engine.ts';
import { ConnectError } from './connect-error.ts';
import { EngineBench } from './contract/engine-bench.ts';
import { reachableFrom, refuseOpaque } from './transparent.ts';

const least = { sourcePort: 0, targets: [{ host: '10.0.0.1', port: 80 }] };
const isRoot = process.getuid?.() === 0;

describe('transparent', () => {
  it("has targets connected to from the client's address", () => {
    const setup = new ConnectionSetup({ transparent: true });
    setup.accept('192.0.2.7');
    expect(setup.news()).toEqual([expect.stringMatching(/^dial \S+ from 192\.0\.2\.7$/)]);
  });

  it('takes the addresses of a target that are of the family of the client', () => {
    const endpoints = [{ host: '::1', port: 80 }, { host: '127.0.0.1', port: 80 }, { path: '/run/app.sock' }];
    expect(reachableFrom('::ffff:192.0.2.7', endpoints)).toEqual(endpoints.slice(1));
    expect(reachableFrom('2001:db8::7', endpoints)).toEqual([endpoints[0], endpoints[2]]);
  });

  it('passes over targets of another family, and blames none', () => {
    const setup = new ConnectionSetup({ transparent: true });
    setup.accept('2001:db8::7');
    const news = setup.news();
    expect(news.filter((line) => line.startsWith('passed over'))).toHaveLength(3);
    expect(news.filter((line) => line.startsWith('suspended'))).toEqual([]);
    expect(news.at(-1)).toBe('closed');
  });

  it('is refused beside downgradeToUser, which gives the right away', () => {
    expect(() => resolveOptions({ ...least, transparent: true, downgradeToUser: 'www-data' })).toThrow(OptionsError);
  });

  it('is refused with an engine that cannot do it, and says which one can', () => {
    expect(() => createBalancer({ ...least, transparent: true, engine: 'streams' })).toThrow('set engine to "epoll"');
  });

  it.skipIf(isRoot)('is refused without the right, and says how to get it', () => {
    expect(() => refuseOpaque({ name: 'epoll', isTransparent: true })).toThrow('CAP_NET_ADMIN');
  });

  it.runIf(isRoot)('binds to an address that need not be of this machine (as root)', async () => {
    const engine = chooseEngine('epoll', new FakeLog());
    const bench = await EngineBench.open(engine);
    await new Promise<void>((resolve, reject) => {
      engine.dial(
        bench.endpoint,
        5_000,
        (result) => (result instanceof ConnectError ? reject(result) : resolve()),
        '127.0.0.77',
      );
    });
    expect((await bench.target.accept()).remoteAddress).toBe('127.0.0.77');
  });

  it.runIf(isRoot)('blames no target of another family than the client (as root)', async () => {
    const engine = chooseEngine('epoll', new FakeLog());
    const bench = await EngineBench.open(engine);
    const result = await new Promise<unknown>((resolve) => {
      engine.dial(bench.endpoint, 5_000, resolve, '2001:db8::7');
    });
    expect(result).toBeInstanceOf(ConnectError);
    expect(result).toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
