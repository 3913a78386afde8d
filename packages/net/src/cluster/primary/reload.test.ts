// A primary that goes by another config, with workers that answer and serve nobody but say who they are.
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BalancerOptions, type ResolvedOptions, resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { client, firstLine } from '../../testing/real-servers.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { until } from '../../testing/until.ts';
import { WORKERS } from '../../testing/worker-modules.ts';
import { Primary } from './primary.ts';

function optionsOf(more: Partial<BalancerOptions> = {}): ResolvedOptions {
  const targets = [{ host: '127.0.0.1', port: 1 }];
  return resolveOptions({
    sourcePort: 0,
    sourceHost: '127.0.0.1',
    balancerCount: 2,
    engine: 'streams',
    targets,
    ...more,
  }).options;
}

async function running(options = optionsOf(), workerModule = WORKERS.ready): Promise<Primary> {
  const primary = await Primary.open({ options, workerModule, log: new FakeLog() });
  later(() => primary.stop(0));
  await primary.serve();
  return primary;
}

async function pids(primary: Primary): Promise<(number | undefined)[]> {
  const { workers } = await primary.status();
  return workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid);
}

async function isServed(port: number): Promise<boolean> {
  return firstLine(client(port)).then(
    () => true,
    () => false,
  );
}

describe('a reload', { timeout: 60_000 }, () => {
  it('changes targets without replacing anybody', async () => {
    const primary = await running();
    const before = await pids(primary);
    const targets = [{ host: '127.0.0.1', port: 2 }];
    expect(await primary.reload(optionsOf({ targets }))).toEqual({ changed: ['targets'], workersReplaced: 0 });
    expect((await primary.status()).targets.map(({ target }) => target)).toEqual(['127.0.0.1:2']);
    expect((await primary.status()).epoch).toBe(1);
    expect(await pids(primary)).toEqual(before);
    expect(await primary.reload(optionsOf({ targets }))).toEqual({ changed: [], workersReplaced: 0 });
    expect((await primary.status()).epoch).toBe(1);
  });

  it('replaces the workers one after the other when their number changes, and is served all the while', async () => {
    const primary = await running();
    const before = await pids(primary);
    let isOver = false;
    const reload = primary.reload(optionsOf({ balancerCount: 3 })).finally(() => {
      isOver = true;
    });
    while (!isOver) expect(await isServed(primary.port)).toBe(true);
    expect(await reload).toEqual({ changed: ['balancerCount'], workersReplaced: 3 });
    const after = await pids(primary);
    expect(after).toHaveLength(3);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    expect(await primary.reload(optionsOf({ balancerCount: 1 }))).toMatchObject({ workersReplaced: 1 });
    await until('the others to leave', async () => (await primary.status()).workers.length === 1);
    for (let n = 0; n < 20; n += 1) expect(await isServed(primary.port)).toBe(true);
  });

  it("replaces the workers when the controller's content has changed", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lb-reload-'));
    later(() => rm(folder, { recursive: true }));
    const balancerControllerPath = join(folder, 'controller.js');
    writeFileSync(balancerControllerPath, 'one');
    const primary = await running(optionsOf({ balancerControllerPath }));
    expect(await primary.reload(optionsOf({ balancerControllerPath }))).toEqual({ changed: [], workersReplaced: 0 });
    writeFileSync(balancerControllerPath, 'two');
    expect(await primary.reload(optionsOf({ balancerControllerPath }))).toEqual({ changed: [], workersReplaced: 2 });
  });

  it('moves to another address and port, and leaves the old one once nobody waits there', async () => {
    const primary = await running();
    const before = primary.port;
    await primary.reload(optionsOf({ sourceHost: '0.0.0.0' }));
    expect(primary.port).not.toBe(before);
    expect(await isServed(primary.port)).toBe(true);
    await until('the old port to be closed', async () => !(await isServed(before)));
  });

  it('changes nothing when the new port is taken', async () => {
    const primary = await running();
    const before = await pids(primary);
    const taken = TestListener.open().port;
    await expect(primary.reload(optionsOf({ sourcePort: taken }))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await pids(primary)).toEqual(before);
    expect(await isServed(primary.port)).toBe(true);
    expect(await primary.reload(optionsOf())).toEqual({ changed: [], workersReplaced: 0 });
  });

  it('changes nothing when the first new worker cannot begin', async () => {
    const primary = await running(optionsOf(), WORKERS.refusingController);
    const before = await pids(primary);
    const targets = [{ host: '127.0.0.1', port: 2 }];
    const bad = primary.reload(optionsOf({ targets, balancerControllerPath: '/nowhere.js' }));
    await expect(bad).rejects.toMatchObject({ code: 'CONTROLLER_FAILED' });
    expect(await pids(primary)).toEqual(before);
    expect((await primary.status()).targets.map(({ target }) => target)).toEqual(['127.0.0.1:1']);
    expect(await isServed(primary.port)).toBe(true);
    expect(await primary.reload(optionsOf({ targets }))).toMatchObject({ changed: ['targets'] });
  });

  it('puts several in order', async () => {
    const primary = await running();
    const lists = [2, 3, 4].map((port) => [{ host: '127.0.0.1', port }]);
    await Promise.all(lists.map((targets) => primary.reload(optionsOf({ targets, balancerCount: 2 }))));
    expect((await primary.status()).targets.map(({ target }) => target)).toEqual(['127.0.0.1:4']);
    expect((await primary.status()).epoch).toBe(3);
  });

  it('takes targets out of use and back', async () => {
    const primary = await running();
    const state = async () => (await primary.status()).targets[0]?.state;
    await expect(primary.setMode('127.0.0.1:1', 'draining')).rejects.toMatchObject({ code: 'LAST_TARGET' });
    expect(await state()).toBe('available');
    expect(await primary.setMode('127.0.0.1:1', 'draining', true)).toEqual({
      target: '127.0.0.1:1',
      mode: 'draining',
      previous: 'enabled',
      suspended: false,
    });
    expect(await state()).toBe('draining');
    expect(await primary.setMode('127.0.0.1:1', 'disabled', true)).toMatchObject({ previous: 'draining' });
    expect(await state()).toBe('disabled');
    expect(await primary.setMode('127.0.0.1:1', 'enabled')).toMatchObject({ previous: 'disabled' });
    expect(await state()).toBe('available');
    await expect(primary.setMode('127.0.0.1:9', 'draining')).rejects.toThrow(
      'There is no target 127.0.0.1:9. The targets are: 127.0.0.1:1.',
    );
  });

  it('lets two commands at once take one of two targets only', async () => {
    const ids = ['127.0.0.1:1', '127.0.0.1:2'];
    const primary = await running(optionsOf({ targets: [1, 2].map((port) => ({ host: '127.0.0.1', port })) }));
    const outcomes = await Promise.allSettled(ids.map((id) => primary.setMode(id, 'disabled')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await primary.status()).targets.map(({ state }) => state)).toEqual(['disabled', 'available']);
  });

  it('says by which list a client is denied, also where clients are placed at random', async () => {
    const primary = await running(optionsOf({ stickiness: false, allow: ['192.0.2.0/24'], deny: ['192.0.2.7'] }));
    const denied = { target: undefined, reason: 'denied', holders: [] };
    expect(await primary.findSession('192.0.2.7')).toMatchObject({ ...denied, deniedBy: 'deny' });
    expect(await primary.findSession('::ffff:192.0.2.7')).toMatchObject({ ...denied, deniedBy: 'deny' });
    expect(await primary.findSession('198.51.100.1')).toMatchObject({ ...denied, deniedBy: 'allow' });
  });

  it('says that there are no sessions where clients are placed at random', async () => {
    const primary = await running(optionsOf({ stickiness: false }));
    await expect(primary.findSession('192.0.2.1')).rejects.toMatchObject({ code: 'NO_SESSIONS' });
  });

  it('says where a client goes', async () => {
    const primary = await running();
    expect(await primary.findSession('::ffff:192.0.2.1')).toMatchObject({
      clientKey: '192.0.2.1',
      target: '127.0.0.1:1',
      reason: 'home',
    });
    await expect(primary.findSession('nobody')).rejects.toMatchObject({ code: 'INVALID_ADDRESS' });
  });

  it('that is half done can be done whole, or undone', async () => {
    const primary = await running(optionsOf(), WORKERS.partlyRefusing);
    const { port } = primary;
    const before = await pids(primary);
    const bad = optionsOf({ balancerControllerPath: '/nowhere.js', sourceHost: '0.0.0.0' });
    await expect(primary.reload(bad)).rejects.toMatchObject({ code: 'PARTLY_RELOADED' });
    expect((await pids(primary)).filter((pid) => before.includes(pid))).toHaveLength(1);
    const moved = primary.port;
    expect(moved).not.toBe(port);
    expect(await primary.reload(optionsOf({ sourceHost: '0.0.0.0' }))).toMatchObject({ workersReplaced: 2 });
    expect(primary.port).toBe(moved);
    expect(await isServed(moved)).toBe(true);
    await expect(primary.reload(bad)).rejects.toMatchObject({ code: 'PARTLY_RELOADED' });
    expect(await primary.reload(optionsOf({ sourceHost: '0.0.0.0' }))).toMatchObject({ workersReplaced: 2 });
    expect(await isServed(primary.port)).toBe(true);
  });

  it('that is half done says why, and what to do', async () => {
    const primary = await running(optionsOf(), WORKERS.partlyExiting);
    const reload = primary.reload(optionsOf({ balancerControllerPath: '/nowhere.js' }));
    await expect(reload).rejects.toThrow(
      'Only 1 of 2 workers were replaced: A worker process ended before it was ready: exit code 7. The log has what it printed. A controller must not end its process or close its channel. The others continue with the old config; fix this and reload again.',
    );
  });

  it('that a stop interrupts does not ask for another reload', async () => {
    const primary = await running(optionsOf(), WORKERS.partlyHanging);
    const before = await pids(primary);
    const reload = primary.reload(optionsOf({ balancerControllerPath: '/srv/loops.js' }));
    const refused = expect(reload).rejects.toMatchObject({ code: 'STOPPED' });
    await until('the first new worker', async () => (await pids(primary)).some((pid) => !before.includes(pid)));
    await primary.stop(0);
    await refused;
  });

  it('that waits for a new worker leaves the old options to the successor of an old one', async () => {
    const primary = await running(optionsOf(), WORKERS.hangingController);
    const { port } = primary;
    const reload = primary.reload(optionsOf({ balancerControllerPath: '/srv/loops.js', sourceHost: '0.0.0.0' }));
    const refused = expect(reload).rejects.toMatchObject({ code: 'STOPPED' });
    const states = async () => (await primary.status()).workers.map(({ state }) => state).join(' ');
    await until('a new worker', async () => (await states()) === 'ready ready starting');
    const [dead] = await pids(primary);
    process.kill(dead as number, 'SIGKILL');
    await until('a successor', async () => !(await pids(primary)).includes(dead) && (await pids(primary)).length === 2);
    expect(await states()).toBe('ready ready starting');
    expect(primary.port).toBe(port);
    expect(await isServed(port)).toBe(true);
    await primary.stop(0);
    await refused;
  });

  it('that is half done leaves the old options to the successor of a worker that was not replaced', async () => {
    const primary = await running(optionsOf(), WORKERS.partlyRefusing);
    const before = await pids(primary);
    const bad = optionsOf({ balancerControllerPath: '/nowhere.js' });
    await expect(primary.reload(bad)).rejects.toMatchObject({ code: 'PARTLY_RELOADED' });
    const [kept] = (await pids(primary)).filter((pid) => before.includes(pid));
    process.kill(kept as number, 'SIGKILL');
    await until('a successor', async () => !(await pids(primary)).includes(kept) && (await pids(primary)).length === 2);
  });

  it('says that it cannot have its port at another address', async () => {
    const primary = await running();
    const elsewhere = optionsOf({ sourceHost: '0.0.0.0', sourcePort: primary.port });
    await expect(primary.reload(elsewhere)).rejects.toMatchObject({ code: 'NEEDS_RESTART' });
    expect(await isServed(primary.port)).toBe(true);
  });

  it('has a target that drains let go of after drainTimeout', async () => {
    const primary = await running(optionsOf({ drainTimeout: 50 }));
    await primary.setMode('127.0.0.1:1', 'draining', true);
    await until('it to be disabled', async () => (await primary.status()).targets[0]?.state === 'disabled');
  });
});
