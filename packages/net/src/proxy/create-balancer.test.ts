import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { OptionsError } from '../options/index.ts';
import { later } from '../testing/cleanup.ts';
import { FakeLog } from '../testing/fake-log.ts';
import { client, firstLine, namedServer } from '../testing/real-servers.ts';
import { TestListener } from '../testing/test-listener.ts';
import { TestSocket } from '../testing/test-socket.ts';
import { until } from '../testing/until.ts';
import { createBalancer, type LibraryBalancer, type LibraryOptions } from './create-balancer.ts';

/** ms, far longer than a test may take: as long as an option may be. */
const FOR_EVER = 8_640_000_000;

const least = { sourcePort: 0, sourceHost: '127.0.0.1' };

async function listening(
  options: Partial<LibraryOptions> & Pick<LibraryOptions, 'targets'>,
  hooks?: Parameters<typeof createBalancer>[1],
): Promise<LibraryBalancer & { port: number }> {
  const balancer = createBalancer({ ...least, shutdownTimeout: 0, ...options }, hooks);
  later(() => balancer.close());
  await balancer.listen();
  expect(balancer.port).toBeGreaterThan(0);
  return balancer as LibraryBalancer & { port: number };
}

describe.each(['auto', 'streams'] as const)(
  'a balancer within this process, with the engine %s',
  { timeout: 60_000 },
  (engine) => {
    it('forwards both ways, and counts', async () => {
      const server = await namedServer('a');
      const balancer = await listening({ engine, targets: [{ host: '127.0.0.1', port: server.port }] });
      const socket = client(balancer.port);
      expect(await firstLine(socket)).toBe('a');
      expect(balancer.status()).toMatchObject({ connections: 1, sessions: 1, counters: { accepted: 1, unserved: 0 } });
      expect(balancer.status().targets[0]).toMatchObject({ connections: 1, sessions: 1, suspended: false });
      socket.end('and goodbye');
      let echo = '';
      socket.on('data', (chunk) => {
        echo += chunk;
      });
      await once(socket, 'end');
      expect(echo).toBe('and goodbye');
      await until('the end', () => balancer.status().connections === 0);
      expect(balancer.status()).toMatchObject({ sessions: 1, targets: [{ connections: 0, sessions: 1 }] });
    });

    it('reaches targets by name', async () => {
      const server = await namedServer('by name', 'localhost');
      const balancer = await listening({ engine, targets: [{ host: 'localhost', port: server.port }] });
      expect(await firstLine(client(balancer.port))).toBe('by name');
    });

    it('keeps each client on its target', async () => {
      const servers = await Promise.all(['a', 'b', 'c'].map((name) => namedServer(name)));
      const targets = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
      const balancer = await listening({ engine, targets });
      const names = new Set<string>();
      for (let n = 1; n <= 40; n += 1) {
        const own = await Promise.all([1, 2, 3].map(() => firstLine(client(balancer.port, `127.0.0.${n}`))));
        expect(new Set(own).size).toBe(1);
        names.add(own[0] as string);
      }
      expect(names.size).toBe(3);
    });

    it('passes over a target that refuses, suspends it, and says so once', async () => {
      const server = await namedServer('up');
      const refusing = TestListener.refusingPort();
      const log = new FakeLog();
      const targets = [refusing, server.port].map((port) => ({ host: '127.0.0.1', port }));
      const balancer = await listening({ engine, targets }, { log });
      for (let n = 1; n <= 20; n += 1) expect(await firstLine(client(balancer.port, `127.0.0.${n}`))).toBe('up');
      expect(balancer.isTargetActive('127.0.0.1', refusing)).toBe(false);
      expect(log.lines.filter((line) => line.startsWith('warn: target'))).toEqual([
        `warn: target 127.0.0.1:${refusing} is suspended until it answers: ECONNREFUSED`,
      ]);
    });

    it('has a target back when it answers, though no client tries it', async () => {
      const [up, down] = [await namedServer('up'), await namedServer('down')];
      const log = new FakeLog();
      const targets = [down, up].map(({ port }) => ({ host: '127.0.0.1', port }));
      const balancer = await listening({ engine, targets }, { log });
      down.close();
      for (let n = 1; n <= 20; n += 1) expect(await firstLine(client(balancer.port, `127.0.0.${n}`))).toBe('up');
      const { passedOver } = balancer.status().counters;
      await namedServer('back', '127.0.0.1', down.port);
      await until('the target to be active', () => balancer.isTargetActive('127.0.0.1', down.port));
      expect(balancer.status().counters).toMatchObject({ accepted: 20, passedOver });
      expect(log.lines.at(-1)).toBe(`info: target 127.0.0.1:${down.port} is back`);
      await until('a new client to be served by it', async () => {
        const address = `127.0.1.${1 + Math.floor(Math.random() * 250)}`;
        return (await firstLine(client(balancer.port, address))) === 'back';
      });
    });

    it('resets a client whom no target takes, and says why', async () => {
      const log = new FakeLog();
      const targets = [{ host: '127.0.0.1', port: TestListener.refusingPort() }];
      const balancer = await listening({ engine, targets }, { log });
      const socket = await TestSocket.connect(balancer.port);
      expect(await socket.ending()).toBe('reset');
      expect(log.lines.at(-1)).toMatch(
        /^error: reset the connection of 127\.0\.0\.1: no target took it, .*ECONNREFUSED/,
      );
      expect(balancer.status().counters).toMatchObject({ accepted: 1, blocked: 0, unserved: 1, passedOver: 1 });
    });

    it('turns away with an end whom it is told to', async () => {
      const server = await namedServer('a');
      const balancer = await listening(
        { engine, targets: [{ host: '127.0.0.1', port: server.port }] },
        {
          admit: ({ clientAddress }, done) => setImmediate(done, clientAddress === '127.0.0.66' ? 'known' : undefined),
        },
      );
      expect(await firstLine(client(balancer.port, '127.0.0.65'))).toBe('a');
      const socket = await TestSocket.connect(balancer.port, { from: '127.0.0.66' });
      expect(await socket.ending()).toBe('end');
      expect(balancer.status().counters).toMatchObject({ accepted: 2, blocked: 1 });
    });

    it('takes another list of targets; open connections stay', async () => {
      const [a, b] = [await namedServer('a'), await namedServer('b')];
      const balancer = await listening({ engine, targets: [{ host: '127.0.0.1', port: a.port }] });
      const old = await TestSocket.connect(balancer.port);
      await old.hear('a\n');
      balancer.setTargets([{ host: '127.0.0.1', port: b.port }]);
      expect(balancer.targets()).toMatchObject([{ host: '127.0.0.1', port: b.port }]);
      expect(await firstLine(client(balancer.port))).toBe('b');
      await old.send('still here');
      await old.hear('still here');
      expect(() => balancer.setTargets([{ host: '' }])).toThrow(Error);
      let deep: unknown = 1;
      for (let depth = 0; depth < 100_000; depth += 1) deep = { host: deep, targets: [deep] };
      expect(() => balancer.setTargets([deep] as never)).toThrow(OptionsError);
      expect(() => balancer.setTargets(deep as never)).toThrow(OptionsError);
      expect(() => balancer.setTargets(new Array(1_000_000).fill({ host: 'a', port: 1 }))).toThrow(OptionsError);
      expect(balancer.targets()).toHaveLength(1);
    });

    it('closes: accepts no more, and waits for those that end', async () => {
      const server = await namedServer('a');
      const targets = [{ host: '127.0.0.1', port: server.port }];
      const balancer = await listening({ engine, targets, shutdownTimeout: FOR_EVER });
      const going = await TestSocket.connect(balancer.port);
      await going.hear('a\n');
      const { port } = balancer;
      const closed = balancer.close();
      await until('no more connections', () =>
        TestSocket.connect(port).then(
          () => false,
          () => true,
        ),
      );
      going.end();
      expect(await going.ending()).toBe('end');
      await closed;
      expect(balancer.port).toBeUndefined();
    });

    it('closes: resets those that are left after shutdownTimeout', async () => {
      const server = await namedServer('a');
      const log = new FakeLog();
      const targets = [{ host: '127.0.0.1', port: server.port }];
      const balancer = await listening({ engine, targets, shutdownTimeout: 200 }, { log });
      const staying = await TestSocket.connect(balancer.port);
      await staying.hear('a\n');
      const closed = balancer.close();
      expect(await staying.ending()).toBe('reset');
      await closed;
      expect(log.lines.at(-1)).toBe('warn: 1 connection was still open after 200 ms, and reset');
      await until('the end', () => balancer.status().connections === 0);
      await until('the end at the server', () => server.connections.size === 0);
    });

    it('closes at once when nothing is open', async () => {
      const balancer = await listening({
        engine,
        shutdownTimeout: FOR_EVER,
        targets: [{ host: '127.0.0.1', port: TestListener.refusingPort() }],
      });
      await balancer.close();
      await balancer.close();
    });
  },
);

describe('a balancer within this process', () => {
  it('says who has its port', async () => {
    const taken = TestListener.open();
    const balancer = createBalancer({ ...least, sourcePort: taken.port, targets: [{ host: '127.0.0.1', port: 1 }] });
    await expect(balancer.listen()).rejects.toMatchObject({
      name: 'BalancerError',
      code: 'EADDRINUSE',
      message: expect.stringContaining(`port ${taken.port} of 127.0.0.1 is taken`),
    });
    await balancer.close();
  });

  it.each(['balancerCount', 'downgradeToUser', 'downgradeToGroup', 'balancerControllerPath'])('refuses %s', (name) => {
    const options = { ...least, targets: [{ host: '127.0.0.1', port: 1 }], [name]: 1 };
    expect(() => createBalancer(options)).toThrow(
      expect.objectContaining({ code: 'CLUSTER_OPTION', message: expect.stringContaining(name) }),
    );
  });

  it('refuses what the options refuse', () => {
    expect(() => createBalancer({ ...least, targets: [] })).toThrow(OptionsError);
  });
});

describe('as the test of LoadBalancer.js 0.9.26 has it', () => {
  const targets = [
    { host: 'localhost', port: 8000 },
    { host: 'localhost', port: 8100 },
  ];
  const created = (): LibraryBalancer => createBalancer({ ...least, targetDeactivationDuration: 1_000, targets });

  it('removes a target from the active ones', () => {
    const balancer = created();
    balancer.deactivateTarget('localhost', 8100);
    expect(balancer.activeTargets()).toMatchObject([{ host: 'localhost', port: 8000 }]);
    expect(balancer.isTargetActive('localhost', 8000)).toBe(true);
    expect(balancer.isTargetActive('localhost', 8100)).toBe(false);
    expect(balancer.targets()).toMatchObject(targets);
  });

  it('has it back after targetDeactivationDuration', async () => {
    const balancer = created();
    balancer.deactivateTarget('localhost', 8100);
    await until('it to be active', () => balancer.isTargetActive('localhost', 8100));
    expect(balancer.activeTargets()).toMatchObject(targets);
  });

  it('refuses a target in place of its host and port', () => {
    const balancer = created();
    for (const ask of [balancer.deactivateTarget, balancer.isTargetActive]) {
      expect(() => ask(targets[1] as never, undefined as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_TARGET' }),
      );
    }
  });

  it('bears a target that is not in the list', () => {
    const balancer = created();
    balancer.deactivateTarget('localhost', 9999);
    expect(balancer.activeTargets()).toMatchObject(targets);
    expect(balancer.isTargetActive('localhost', 9999)).toBe(false);
  });
});
