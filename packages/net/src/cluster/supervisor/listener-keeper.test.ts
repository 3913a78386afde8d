// Listeners on their way from a primary to the supervisor and on to the next primary, all within this process.
import { closeSync, openSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DescriptorChannel, MOST_DESCRIPTORS } from '../../engine/system/descriptor-channel.ts';
import { type Libc, loadLibc } from '../../engine/system/libc.ts';
import { openListeners } from '../../engine/system/listening-sockets.ts';
import { later } from '../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../testing/descriptors.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import { type ListenerHandover, openHandover } from '../primary/listeners/listener-handover.ts';
import { ListenerKeeper } from './listener-keeper.ts';

const libc = loadLibc() as Libc;
const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
let log: FakeLog;
let keeper: ListenerKeeper;

beforeEach(() => {
  log = new FakeLog();
  keeper = ListenerKeeper.create(log) as ListenerKeeper;
  later(() => {
    keeper.unlink();
    keeper.release();
  });
});

describe('the listeners of a primary', () => {
  it('are held when the primary has closed them, and the next primary gets them', async () => {
    const primary = primaryOf(keeper);
    expect(primary.take()).toEqual([]);
    const { fds, port } = openListeners(libc, '127.0.0.1', 0, 2);
    primary.keep(fds);
    await until('the listeners to arrive', () => keeper.kept.length === 2);
    for (const fd of fds) libc.close(fd);
    primary.die();
    keeper.unlink();
    const waiting = await TestSocket.connect(port);

    const next = primaryOf(keeper).take();
    expect(next).toHaveLength(2);
    keeper.release();
    await TestSocket.connect(port);
    expect(next.some((fd) => libc.isReadable(fd))).toBe(true);
    for (const fd of next) libc.close(fd);
    expect(await waiting.ending()).toBe('reset');
    await expect(TestSocket.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('are taken by the next primary also when there are more of them than go into a message', () => {
    const { fds } = openListeners(libc, '127.0.0.1', 0, 2 * MOST_DESCRIPTORS + 7);
    const primary = primaryOf(keeper);
    primary.keep(fds);
    for (const fd of fds) libc.close(fd);
    primary.die();
    keeper.unlink();
    expect(keeper.kept).toHaveLength(fds.length);
    const next = primaryOf(keeper).take();
    expect(next).toHaveLength(fds.length);
    for (const fd of next) libc.close(fd);
  });

  it('take the place of those before, which are closed', async () => {
    const before = openDescriptors();
    const primary = primaryOf(keeper);
    const linked = openDescriptors();
    const [first, second] = [TestListener.open(), TestListener.open()];
    primary.keep([first.fd, second.fd]);
    await until('both to arrive', () => keeper.kept.length === 2);
    primary.keep([second.fd]);
    await until('one to be closed', () => keeper.kept.length === 1);
    expect(openDescriptors()).toBe(linked + 3);
    first.close();
    primary.keep([]);
    await until('all to be closed', () => keeper.kept.length === 0);
    second.close();
    keeper.unlink();
    await expectDescriptors(before + 1);
  });

  it('are kept, and those that it has sent last are taken, when a primary dies before it has read what it was sent', async () => {
    const [first, second] = [TestListener.open(), TestListener.open()];
    const primary = primaryOf(keeper);
    primary.keep([first.fd]);
    await until('it to arrive', () => keeper.kept.length === 1);
    primary.die();
    const next = primaryOf(keeper);
    next.die();
    keeper.unlink();
    expect(keeper.kept).toHaveLength(1);
    const last = primaryOf(keeper);
    last.keep([first.fd, second.fd]);
    last.die();
    keeper.unlink();
    expect(keeper.kept).toHaveLength(2);
    expect(log.lines).toEqual([]);
  });

  it('refuse clients once they are shut down, also where somebody else has them still', async () => {
    const listener = TestListener.open();
    const primary = primaryOf(keeper);
    primary.keep([listener.fd]);
    await until('it to arrive', () => keeper.kept.length === 1);
    const waiting = await TestSocket.connect(listener.port);
    keeper.shutDown();
    expect(keeper.kept).toEqual([]);
    expect(await waiting.ending()).toBe('reset');
    await expect(TestSocket.connect(listener.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.runIf(HAS_IPV6)('are taken of IPv6, too', async () => {
    primaryOf(keeper).keep([TestListener.open({ host: '::1' }).fd]);
    await until('it to arrive', () => keeper.kept.length === 1);
  });

  it('leave the supervisor nothing to do once the primary is dead, and no descriptor', async () => {
    const before = openDescriptors();
    const end = keeper.link() as number;
    const receive = vi.spyOn(DescriptorChannel.prototype, 'receive');
    later(() => receive.mockRestore());
    keeper.closeHere(end);
    await until('its end to be seen', () => receive.mock.results.some(({ value }) => value === 'end'));
    const calls = receive.mock.calls.length;
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(receive.mock.calls).toHaveLength(calls);
    keeper.unlink();
    await expectDescriptors(before);
  });

  it('outlive a supervisor that is gone', () => {
    const primary = primaryOf(keeper);
    keeper.unlink();
    primary.keep([TestListener.open().fd]);
    expect(log.lines).toEqual([]);
  });
});

describe('a primary with fewer rights', () => {
  it.each(['a file', 'a connection', 'a unix socket'])('hands over no %s', async (what) => {
    const primary = primaryOf(keeper);
    const listener = TestListener.open();
    primary.keep([listener.fd]);
    await until('the listener to arrive', () => keeper.kept.length === 1);
    const other = await descriptor(what);
    const before = openDescriptors();
    primary.keep([listener.fd, other]);
    await until('a warning', () => log.lines.length > 0);
    expect(log.lines).toEqual([expect.stringContaining('listeners were handed over and not taken: one is none')]);
    expect(keeper.kept).toHaveLength(1);
    await expectDescriptors(before);
  });

  it('hands over no more than there can be', async () => {
    const { channel } = primaryOf(keeper);
    channel.send(4_096, [TestListener.open().fd]);
    await until('a warning', () => log.lines.length > 0);
    expect(log.lines).toEqual([expect.stringContaining('they are more than 4096')]);
    expect(keeper.kept).toEqual([]);
  });

  it('leaves nothing open of a set that it has handed over in part', () => {
    const before = openDescriptors();
    const { channel, die } = primaryOf(keeper);
    const listener = TestListener.open();
    channel.send(1, [listener.fd]);
    die();
    keeper.unlink();
    expect(keeper.kept).toEqual([]);
    expect(openDescriptors()).toBe(before + 1);
  });

  it('has no part of a set taken whose other part is refused', async () => {
    const { channel, keep } = primaryOf(keeper);
    const listener = TestListener.open();
    const before = openDescriptors();
    channel.send(2, [await descriptor('a unix socket')]);
    channel.send(1, [listener.fd]);
    channel.send(0, [listener.fd]);
    await until('a warning', () => log.lines.length > 0);
    expect(keeper.kept).toEqual([]);
    await expectDescriptors(before + 2);
    keep([listener.fd]);
    await until('the next set', () => keeper.kept.length === 1);
    expect(log.lines).toHaveLength(1);
  });

  it('sends no message of another form', async () => {
    const { channel } = primaryOf(keeper);
    const text = Buffer.from('more than a number');
    libc.send(channel.fd, libc.pointer(text), text.length, 0);
    await until('a warning', () => log.lines.length > 0);
    expect(log.lines).toEqual([expect.stringContaining('it came in part only')]);
  });
});

interface TestPrimary extends ListenerHandover {
  readonly channel: DescriptorChannel;
  /** Closes its end, as its death does. */
  die(): void;
}

function primaryOf(of: ListenerKeeper): TestPrimary {
  const end = of.link() as number;
  let isAlive = true;
  const die = () => {
    if (isAlive) libc.close(end);
    isAlive = false;
  };
  later(die);
  return { ...(openHandover(end, log) as ListenerHandover), channel: new DescriptorChannel(libc, end), die };
}

async function descriptor(what: string): Promise<number> {
  if (what === 'a connection') return (await TestSocket.connect(TestListener.open().port)).fd;
  const open = what === 'a file' ? [openSync('/dev/null', 'r')] : DescriptorChannel.pair(libc);
  later(() => open.map(closeSync));
  return open[0] as number;
}
