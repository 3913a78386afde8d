// Who may come in: proxies' headers, the config's lists, and their part in admitTimeout.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeProxyHeader } from '../../proxy-protocol/index.ts';
import { ConnectionSetup } from '../../testing/connection-setup.ts';

const DAY = 24 * 60 * 60 * 1000;
const PROXY = '10.0.0.1';
const TRUSTING = { acceptProxyProtocol: { trustedProxies: ['10.0.0.0/8'] } };
const LENIENT = { acceptProxyProtocol: { trustedProxies: ['10.0.0.0/8'], required: false } };
const HEADER = encodeProxyHeader('v2', {
  source: { host: '203.0.113.7', port: 4000 },
  destination: { host: '198.51.100.1', port: 443 },
});

afterEach(() => {
  vi.useRealTimers();
});

describe('behind a proxy', () => {
  it('the client is who the header says', () => {
    const described: object[] = [];
    const setup = new ConnectionSetup({
      ...TRUSTING,
      admit: (info, done) => {
        described.push(info);
        done(undefined);
      },
    });
    const { downstream } = setup.accept(PROXY);
    expect(setup.news()).toEqual([]);
    downstream.sends(HEADER.subarray(0, 20));
    expect(setup.news()).toEqual([]);
    downstream.sends(Buffer.concat([HEADER, Buffer.from('hello')]));
    expect(setup.news()).toEqual([`take ${HEADER.length}`, expect.stringMatching(/^dial /)]);
    expect(described).toEqual([
      {
        remoteAddress: '203.0.113.7',
        remotePort: 4000,
        remoteFamily: 'IPv4',
        localAddress: '198.51.100.1',
        localPort: 443,
        clientAddress: '203.0.113.7',
      },
    ]);
    setup.engine.dialling.succeed();
    expect(setup.sessions.find('203.0.113.7', setup.now)).toMatchObject({ live: 1 });
    expect(setup.sessions.find(PROXY, setup.now)).toBeUndefined();
  });

  it('a header of somebody who is not trusted is bytes of a client', () => {
    const setup = new ConnectionSetup(TRUSTING);
    setup.accept('192.0.2.9');
    setup.engine.dialling.succeed();
    expect(setup.sessions.find('192.0.2.9', setup.now)).toMatchObject({ live: 1 });
  });

  it.each([
    ['nonsense', Buffer.from('GET / HTTP/1.1'), false, 'it begins with neither signature of the PROXY protocol'],
    ['a header cut short', HEADER.subarray(0, 20), true, 'the stream ended within it'],
    ['a bad line', Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n'), false, 'the destination port is not a port'],
  ])('closes a connection with %s, and says why', (_what, bytes, isAll, reason) => {
    const setup = new ConnectionSetup(TRUSTING);
    setup.accept(PROXY).downstream.sends(bytes, isAll);
    expect(setup.news()).toEqual(['take 0', `malformed header: ${reason}`, 'close client', 'closed']);
  });

  it('where no header is required, what begins otherwise is a client, and a broken header is still one', () => {
    const setup = new ConnectionSetup(LENIENT);
    setup.accept(PROXY).downstream.sends(Buffer.from('GET / HTTP/1.1'));
    expect(setup.news()).toEqual(['take 0', expect.stringMatching(/^dial /)]);
    setup.accept(PROXY).downstream.sends(Buffer.from('PROXY nonsense'));
    expect(setup.news()).toContainEqual(expect.stringMatching(/^malformed/));
    setup.accept(PROXY).downstream.sends(Buffer.alloc(0), true);
    expect(setup.news()).toEqual(['take 0', expect.stringMatching(/^dial /)]);
  });

  it('a connection that is closed without a byte is a probe, and no fault of anybody', () => {
    const setup = new ConnectionSetup(TRUSTING);
    setup.accept(PROXY).downstream.sends(Buffer.alloc(0), true);
    expect(setup.news()).toEqual(['take 0', 'probe', 'close client', 'closed']);
    setup.accept(PROXY).downstream.onGone?.();
    expect(setup.news()).toEqual(['probe', 'closed']);
    const { downstream } = setup.accept(PROXY);
    downstream.sends(HEADER.subarray(0, 5));
    downstream.onGone?.();
    expect(setup.news()).toEqual(['closed']);
    setup.accept(PROXY).connection.reset(); // ours is no probe
    expect(setup.news()).toEqual(['reset client', 'closed']);
  });

  it('where no header is required, a silent connection is a client after headerTimeout', async () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({
      acceptProxyProtocol: { ...LENIENT.acceptProxyProtocol, headerTimeout: 50 },
      admitTimeout: 100,
    });
    setup.accept(PROXY);
    await vi.advanceTimersByTimeAsync(49);
    expect(setup.news()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(setup.news()).toEqual([expect.stringMatching(/^dial /)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['version 1', Buffer.from('PROXY')],
    ['version 2', HEADER.subarray(0, 11)],
  ])('the beginning of a signature of %s is the data of a client after headerTimeout', async (_, beginning) => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({
      acceptProxyProtocol: { ...LENIENT.acceptProxyProtocol, headerTimeout: 50 },
      admitTimeout: 100,
    });
    setup.accept(PROXY).downstream.sends(beginning);
    await vi.advanceTimersByTimeAsync(49);
    expect(setup.news()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(setup.news()).toEqual(['take 0', expect.stringMatching(/^dial /)]);
    expect(vi.getTimerCount()).toBe(0);
    setup.accept(PROXY).downstream.sends(beginning, true);
    expect(setup.news()).toEqual(['take 0', expect.stringMatching(/^dial /)]);
  });

  it('a header that has begun by headerTimeout is waited for', async () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({
      acceptProxyProtocol: { ...LENIENT.acceptProxyProtocol, headerTimeout: 50 },
      admitTimeout: 100,
    });
    const { downstream } = setup.accept(PROXY);
    downstream.sends(HEADER.subarray(0, 12));
    await vi.advanceTimersByTimeAsync(60);
    expect(setup.news()).toEqual([]);
    downstream.sends(HEADER);
    expect(setup.news()).toEqual([`take ${HEADER.length}`, expect.stringMatching(/^dial /)]);
    setup.accept(PROXY).downstream.sends(HEADER.subarray(0, 12));
    await vi.advanceTimersByTimeAsync(100);
    expect(setup.news()).toEqual(['header timeout: 100 ms', 'close client', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('what has come by headerTimeout counts, though the process was too busy to see it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const setup = new ConnectionSetup({ acceptProxyProtocol: { ...LENIENT.acceptProxyProtocol, headerTimeout: 50 } });
    const { downstream } = setup.accept(PROXY);
    vi.advanceTimersByTime(50);
    downstream.sends(HEADER); // it is read after the timers
    await new Promise(setImmediate);
    expect(setup.news()).toEqual([`take ${HEADER.length}`, expect.stringMatching(/^dial /)]);
  });

  it('a required header is waited for until admitTimeout', async () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({
      acceptProxyProtocol: { ...TRUSTING.acceptProxyProtocol, headerTimeout: 50 },
      admitTimeout: 100,
    });
    setup.accept(PROXY);
    await vi.advanceTimersByTimeAsync(99);
    expect(setup.news()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(setup.news()).toEqual(['header timeout: 100 ms', 'close client', 'closed']);
  });

  it("the proxy's own connections are its own", () => {
    const setup = new ConnectionSetup(TRUSTING);
    setup.accept(PROXY).downstream.sends(encodeProxyHeader('v2', 'local'));
    setup.engine.dialling.succeed();
    expect(setup.sessions.find(PROXY, setup.now)).toMatchObject({ live: 1 });
  });

  it('header and middleware have admitTimeout together', () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({ ...TRUSTING, admitTimeout: 100, admit: () => {} });
    setup.accept(PROXY);
    vi.advanceTimersByTime(100);
    expect(setup.news()).toEqual(['header timeout: 100 ms', 'close client', 'closed']);
    const { downstream } = setup.accept(PROXY);
    vi.advanceTimersByTime(60);
    downstream.sends(HEADER);
    setup.news();
    vi.advanceTimersByTime(40);
    expect(setup.news()).toEqual(['middleware timeout: 100 ms', 'close client', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['header', TRUSTING],
    ['middleware', { admit: () => {} }],
  ])('waits 100 days for the %s where admitTimeout says so', (awaited, options) => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({ ...options, admitTimeout: 100 * DAY });
    setup.accept(PROXY);
    vi.advanceTimersByTime(99 * DAY);
    expect(setup.news()).toEqual([]);
    vi.advanceTimersByTime(DAY);
    expect(setup.news()).toEqual([`${awaited} timeout: ${100 * DAY} ms`, 'close client', 'closed']);
  });

  it('waits 100 days for a header that is not required where headerTimeout says so', async () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({
      acceptProxyProtocol: { ...LENIENT.acceptProxyProtocol, headerTimeout: 98 * DAY },
      admitTimeout: 100 * DAY,
    });
    setup.accept(PROXY);
    await vi.advanceTimersByTimeAsync(97 * DAY);
    expect(setup.news()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1.5 * DAY);
    expect(setup.news()).toEqual([expect.stringMatching(/^dial /)]);
  });

  it('a header that came in time counts, though the process was too busy to see it', () => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({ ...TRUSTING, admitTimeout: 100 });
    let lookedAgain = (): void => {};
    setup.engine.whenCaughtUp = (then) => {
      lookedAgain = then;
    };
    const { downstream } = setup.accept(PROXY);
    vi.advanceTimersByTime(100);
    downstream.sends(HEADER);
    setup.news();
    lookedAgain();
    expect(setup.news()).toEqual([]);
    expect(setup.open).toBe(1);
  });

  it.each([
    ['required', TRUSTING],
    ['not required', LENIENT],
  ])('a client that leaves before its header, which is %s, is whole leaves nothing behind', (_, options) => {
    vi.useFakeTimers();
    const setup = new ConnectionSetup(options);
    const { downstream } = setup.accept(PROXY);
    downstream.sends(HEADER.subarray(0, 5));
    downstream.onGone?.();
    expect(setup.news()).toEqual(['closed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the lists', () => {
  it.each([
    [{ deny: ['192.0.2.0/24'] }, '192.0.2.1', false],
    [{ deny: ['192.0.2.0/24'] }, '::ffff:192.0.2.1', false],
    [{ deny: ['192.0.2.0/24'] }, '198.51.100.1', true],
    [{ allow: ['2001:db8::/32'] }, '2001:db8::5', true],
    [{ allow: ['2001:db8::/32'] }, '192.0.2.1', false],
    [{ allow: ['192.0.2.0/24'], deny: ['192.0.2.1'] }, '192.0.2.1', false],
    [{ allow: ['192.0.2.0/24'], deny: ['192.0.2.1'] }, '192.0.2.2', true],
  ])('%j let %s in or not: %s', (lists, address, isAdmitted) => {
    const setup = new ConnectionSetup(lists);
    setup.accept(address);
    if (isAdmitted) expect(setup.news()).toEqual([expect.stringMatching(/^dial /)]);
    else expect(setup.news()).toEqual(['denied', 'close client', 'closed']);
  });

  it('judge the client behind a proxy, not the proxy', () => {
    const setup = new ConnectionSetup({ ...TRUSTING, deny: ['203.0.113.0/24'] });
    setup.accept(PROXY).downstream.sends(HEADER);
    expect(setup.news()).toContain('denied');
  });
});

describe('a target that expects a header', () => {
  const tells = (options: object, target: object = {}) => {
    const setup = new ConnectionSetup({ ...options, targets: [{ host: '10.0.0.9', port: 80, ...target }] });
    setup.accept();
    setup.engine.dialling.succeed();
    return setup.news().at(-1);
  };

  it('gets one before the first byte of the client', () => {
    expect(tells({})).toBe('relay');
    expect(tells({ proxyProtocol: 'v1' })).toBe('relay 43 bytes first');
    expect(tells({ proxyProtocol: 'v2' })).toBe('relay 28 bytes first');
    expect(tells({ proxyProtocol: 'v2', proxyProtocolCrc32c: true })).toBe('relay 35 bytes first');
    expect(tells({ proxyProtocol: 'v2', proxyProtocolUniqueId: true })).toBe('relay 47 bytes first');
  });

  it('gets the TLVs of the header that was received, where they are passed on', () => {
    const authority = Buffer.from([2, 0, 3, ...Buffer.from('a.b')]);
    const received = Buffer.concat([HEADER, authority]);
    received.writeUInt16BE(received.length - 16, 14);
    const passes = (options: object, target: object = {}) => {
      const targets = [{ host: '10.0.0.9', port: 80, ...target }];
      const setup = new ConnectionSetup({ ...TRUSTING, proxyProtocol: 'v2', ...options, targets });
      setup.accept(PROXY).downstream.sends(received);
      setup.engine.dialling.succeed();
      return setup.news().at(-1);
    };
    expect(passes({})).toBe('relay 28 bytes first');
    expect(passes({ proxyProtocolTlvs: 'pass' })).toBe('relay 34 bytes first');
    expect(passes({ proxyProtocolTlvs: 'pass' }, { proxyProtocol: 'v1' })).toMatch(/^relay (4|5)\d bytes first$/);
    expect(passes({ proxyProtocolTlvs: 'pass' }, { proxyProtocol: 'off' })).toBe('relay');
  });

  it('may differ from the others', () => {
    expect(tells({ proxyProtocol: 'v1' }, { proxyProtocol: 'off' })).toBe('relay');
    expect(tells({ proxyProtocol: 'v1' }, { proxyProtocol: 'v2' })).toBe('relay 28 bytes first');
    expect(tells({}, { proxyProtocol: 'v2' })).toBe('relay 28 bytes first');
  });
});
