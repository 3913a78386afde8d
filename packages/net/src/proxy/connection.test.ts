import type { TargetRecord } from '@lb/core';
import type { AdmitDone, ConnectionControl, ConnectionInfo } from '@lb/core/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CLIENT, ConnectionSetup } from '../testing/connection-setup.ts';
import { NOTHING_MOVED } from '../testing/fake-engine.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The addresses of the targets, in the order in which the client prefers them. */
function preference(): string[] {
  const setup = new ConnectionSetup();
  setup.accept();
  for (let n = 0; n < 3; n += 1) setup.engine.dialling.fail('EMFILE');
  return setup.engine.dials.map(({ to }) => to);
}

const [first = '', second = '', third = ''] = preference();

describe('a connection', () => {
  it('is admitted, routed, connected, relayed and closed, in this order', () => {
    const setup = new ConnectionSetup({
      admit: (info, done) => {
        setup.log.push(`admit ${info.clientAddress}`);
        done(undefined);
      },
    });
    setup.accept();
    expect(setup.news()).toEqual([`admit ${CLIENT}`, `dial ${first}`]);
    expect(setup.counts.reduce((sum, count) => sum + count)).toBe(1);
    setup.engine.dialling.succeed();
    expect(setup.news()).toEqual(['relay']);
    setup.engine.observer?.ending();
    expect(setup.counts).toEqual([0, 0, 0]);
    expect(setup.news()).toEqual([]);
    setup.engine.observer?.closed(NOTHING_MOVED);
    expect(setup.news()).toEqual(['closed']);
  });

  it('keeps its session until it is ending, and for the time of expiry after', () => {
    const setup = new ConnectionSetup();
    setup.accept();
    setup.engine.dialling.succeed();
    expect(setup.sessions.find(CLIENT, setup.now)).toMatchObject({ live: 1 });
    setup.engine.observer?.ending();
    expect(setup.sessions.find(CLIENT, setup.now)).toMatchObject({ live: 0, idleSince: setup.now });
  });

  it('can be reset on its whole way', () => {
    const waiting = new ConnectionSetup({ admit: () => {} });
    waiting.accept().connection.reset();
    expect(waiting.news()).toEqual(['reset client', 'closed']);

    const dialling = new ConnectionSetup();
    dialling.accept().connection.reset();
    expect(dialling.news()).toEqual([`dial ${first}`, `cancel ${first}`, 'reset client', 'closed']);
    expect(dialling.counts).toEqual([0, 0, 0]);

    const relaying = new ConnectionSetup();
    const { connection } = relaying.accept();
    relaying.engine.dialling.succeed();
    connection.reset();
    expect(relaying.news()).toEqual([`dial ${first}`, 'relay', 'reset relay']);
  });
});

it('leaves its counts once, whatever ends it again', () => {
  const setup = new ConnectionSetup();
  const { connection, downstream } = setup.accept();
  const { onGone } = downstream;
  setup.engine.dialling.cancel = () => connection.close();
  connection.reset();
  onGone?.();
  expect([setup.open, ...setup.counts]).toEqual([0, 0, 0, 0]);
  expect(setup.news()).toEqual([`dial ${first}`, 'reset client', 'closed']);

  const relaying = new ConnectionSetup();
  relaying.accept();
  relaying.engine.dialling.succeed();
  const { observer } = relaying.engine;
  for (let n = 0; n < 2; n += 1) observer?.ending();
  for (let n = 0; n < 2; n += 1) observer?.closed(NOTHING_MOVED);
  expect([relaying.open, ...relaying.counts]).toEqual([0, 0, 0, 0]);
  expect(relaying.ends).toHaveLength(1);
});

describe('a connection that reaches a target because its client’s own one is full', () => {
  function reached() {
    vi.useFakeTimers();
    const setup = new ConnectionSetup({ isShared: true });
    const [home, other] = [first, second].map((host) => setup.pool.targets.find(({ id }) => id === host));
    Object.assign(home ?? {}, { options: { ...home?.options, maxConnections: 1 }, elsewhere: () => 1 });
    const accepted = setup.accept();
    expect(setup.engine.dialling.to).toBe(second);
    setup.engine.dialling.succeed();
    expect(setup.sent).toEqual([{ type: 'claim', placements: [[CLIENT, second]] }]);
    const answer = (granted: boolean) => {
      const keys = [CLIENT];
      setup.agreement?.receive(
        { type: 'claimed', granted: granted ? keys : [], refused: granted ? [] : keys },
        setup.now,
      );
    };
    const session = () => setup.sessions.find(CLIENT, setup.now);
    return { ...accepted, setup, home, other, answer, session };
  }

  it('waits until it is known whether another worker has its session, and stays if none has', () => {
    const { setup, other, answer, session } = reached();
    expect(setup.news()).toEqual([`dial ${second}`]);
    answer(true);
    expect(setup.news()).toEqual(['relay']);
    expect(session()).toMatchObject({ target: other, live: 1 });
  });

  it('is a guest if one has, and its session at home lasts as long', () => {
    const { setup, home, answer, session } = reached();
    answer(false);
    expect(setup.news()).toEqual([`dial ${second}`, 'relay']);
    expect(session()).toMatchObject({ target: home, live: 1 });
    setup.engine.observer?.ending();
    expect([session()?.live, setup.counts]).toEqual([0, [0, 0, 0]]);
  });

  it('is relayed after a second in any case, and its session follows when it is known', () => {
    const { setup, home, other, answer, session } = reached();
    vi.advanceTimersByTime(1_000);
    vi.advanceTimersToNextTimer();
    expect(setup.news()).toEqual([`dial ${second}`, 'relay']);
    expect(session()).toMatchObject({ target: home, live: 1 });
    expect(setup.sent).toHaveLength(1);
    answer(true);
    expect(session()).toMatchObject({ target: other, live: 1 });
  });

  it('goes where its client was placed meanwhile', () => {
    const { setup, answer } = reached();
    setup.agreement?.receive({ type: 'placed', placements: [[CLIENT, third]] }, setup.now);
    answer(false);
    expect(setup.news()).toEqual([`dial ${second}`, `close ${second}`, `dial ${third}`]);
  });

  it('lets go of it when its client leaves meanwhile', () => {
    const { setup, downstream, answer } = reached();
    downstream.onGone?.();
    expect(setup.news()).toEqual([`dial ${second}`, `close ${second}`, 'closed']);
    answer(true);
    expect([setup.news(), setup.counts]).toEqual([[], [0, 0, 0]]);
  });
});

describe('an observer', () => {
  it('sees which client was on which target, and what its relay reports', () => {
    const setup = new ConnectionSetup();
    const { connection } = setup.accept();
    setup.engine.dialling.succeed();
    expect(connection.target?.id).toBe(first);
    const report = { bytesToTarget: 5, bytesToClient: 7, endedBy: 'target', ending: 'reset' } as const;
    setup.engine.observer?.ending();
    expect(setup.ends).toEqual([]);
    setup.engine.observer?.closed(report);
    expect(setup.ends).toEqual([{ clientAddress: CLIENT, target: first, report }]);
    expect([connection.target, connection.isOver]).toEqual([undefined, true]);
  });

  it('sees the end of one that was not relayed, whatever has ended it', () => {
    const setup = new ConnectionSetup({ deny: ['192.0.2.66'] });
    setup.accept('192.0.2.66');
    setup.accept().connection.close();
    setup.accept().downstream.onGone?.();
    const end = { clientAddress: CLIENT, target: undefined, report: undefined };
    expect(setup.ends).toEqual([{ ...end, clientAddress: '192.0.2.66' }, end, end]);
  });

  it('sees a higher number for each connection', () => {
    const [one, other] = [new ConnectionSetup(), new ConnectionSetup()];
    const ids = [one, other, one].map((setup) => setup.accept().connection.id);
    expect(ids).toEqual([ids[0], Number(ids[0]) + 1, Number(ids[0]) + 2]);
  });
});

describe('the control that middleware gets', () => {
  function controlled() {
    let control: ConnectionControl | undefined;
    let done: AdmitDone | undefined;
    const setup = new ConnectionSetup({
      admit: (_info, answer, given) => {
        [done, control] = [answer, given];
      },
    });
    const accepted = setup.accept();
    if (!control || !done) throw new Error('nobody was asked');
    control.whenOver(() => setup.log.push('over'));
    return { setup, done, control, ...accepted };
  }

  it('ends a connection that waits for the answer, which is late then', () => {
    const { setup, control, done } = controlled();
    control.close();
    expect(setup.news()).toEqual(['close client', 'closed', 'over']);
    expect(control.isOver).toBe(true);
    done(undefined);
    control.reset();
    control.setNoDelay(true);
    control.setKeepAlive(true, 1);
    expect(control.silence()).toBe(0);
    expect(setup.news()).toEqual([]);
  });

  it('ends a connection that is being dialled, and gives its place back', () => {
    const { setup, control, done } = controlled();
    done(undefined);
    control.close();
    expect(setup.news()).toEqual([`dial ${first}`, `cancel ${first}`, 'close client', 'closed', 'over']);
    expect(setup.counts).toEqual([0, 0, 0]);
  });

  it('ends a connection that is relayed, and is told of the end', () => {
    const { setup, control, done } = controlled();
    done(undefined);
    setup.engine.dialling.succeed();
    control.setKeepAlive(true, 5_000);
    control.setNoDelay(false);
    control.close();
    control.reset();
    expect(setup.news()).toEqual([
      `dial ${first}`,
      'relay',
      'keep-alive true 5000',
      'no delay false',
      'close relay',
      'reset relay',
    ]);
    expect(control.isOver).toBe(false);
    setup.engine.observer?.ending();
    setup.engine.observer?.closed(NOTHING_MOVED);
    expect(setup.news()).toEqual(['closed', 'over']);
  });

  it('is told when the client leaves before the answer, and when it is blocked', () => {
    const gone = controlled();
    gone.downstream.onGone?.();
    expect(gone.setup.news()).toEqual(['closed', 'over']);
    const blocked = controlled();
    blocked.done('no', 'Error: broken');
    expect(blocked.setup.news()).toEqual(['middleware failure: Error: broken', 'close client', 'closed', 'over']);
  });
});

describe('admission', () => {
  it('describes the client', () => {
    let described: ConnectionInfo | undefined;
    new ConnectionSetup({
      admit: (info) => {
        described = info;
      },
    }).accept();
    expect(described).toMatchObject({ remoteAddress: CLIENT, clientAddress: CLIENT, remoteFamily: 'IPv4' });
  });

  it('may take its time, and nothing is dialled meanwhile', () => {
    const answers: AdmitDone[] = [];
    const setup = new ConnectionSetup({ admit: (_info, done) => answers.push(done) });
    setup.accept();
    expect(setup.news()).toEqual([]);
    answers[0]?.(undefined);
    expect(setup.news()).toEqual([`dial ${first}`]);
  });

  it('turns away with an end whom it blocks', () => {
    const setup = new ConnectionSetup({ admit: (_info, done) => done('not today') });
    setup.accept();
    expect(setup.news()).toEqual(['blocked', 'close client', 'closed']);
  });

  it('counts only its first answer', () => {
    const setup = new ConnectionSetup({
      admit: (_info, done) => {
        done(undefined);
        done('changed my mind');
        done(undefined);
      },
    });
    setup.accept();
    expect(setup.news()).toEqual([`dial ${first}`]);
  });

  it('blocks when it has not answered within admitTimeout; later answers are ignored', () => {
    vi.useFakeTimers();
    const answers: AdmitDone[] = [];
    const setup = new ConnectionSetup({ admitTimeout: 100, admit: (_info, done) => answers.push(done) });
    setup.accept();
    vi.advanceTimersByTime(99);
    expect(setup.news()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(setup.news()).toEqual(['middleware timeout: 100 ms', 'close client', 'closed']);
    answers[0]?.(undefined);
    expect(setup.news()).toEqual([]);
    expect(setup.counts).toEqual([0, 0, 0]);
  });

  it('leaves no timer behind', () => {
    vi.useFakeTimers();
    const answers: AdmitDone[] = [];
    const setup = new ConnectionSetup({ admit: (_info, done) => answers.push(done) });
    setup.accept();
    answers[0]?.(undefined);
    setup.accept().downstream.onGone?.();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is over when the client leaves; a later answer is ignored', () => {
    const answers: AdmitDone[] = [];
    const setup = new ConnectionSetup({ admit: (_info, done) => answers.push(done) });
    setup.accept().downstream.onGone?.();
    expect(setup.news()).toEqual(['closed']);
    answers[0]?.(undefined);
    expect(setup.news()).toEqual([]);
  });
});

describe('connecting', () => {
  it('passes over a target that fails, and suspends it', () => {
    const setup = new ConnectionSetup();
    setup.accept();
    setup.engine.dialling.fail('ECONNREFUSED');
    expect(setup.news()).toEqual([
      `dial ${first}`,
      `suspended ${first} ECONNREFUSED`,
      `passed over ${first}: ECONNREFUSED`,
      `dial ${second}`,
    ]);
    setup.engine.dialling.succeed();
    expect(setup.news()).toEqual(['relay']);
    setup.engine.observer?.ending();
    expect(setup.counts).toEqual([0, 0, 0]);
  });

  it('passes over a target for what this machine lacks, and suspends nobody', () => {
    for (const code of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'] as const) {
      const setup = new ConnectionSetup();
      setup.accept();
      setup.engine.dialling.fail(code);
      expect(setup.news()).toEqual([`dial ${first}`, `passed over ${first}: ${code}`, `dial ${second}`]);
      expect(setup.pool.targets.some((target) => target.suspended)).toBe(false);
    }
  });

  it('resets a client whom no target takes', () => {
    const setup = new ConnectionSetup();
    setup.accept();
    for (let n = 0; n < 3; n += 1) setup.engine.dialling.fail('EHOSTUNREACH');
    expect(setup.engine.dials.map(({ to }) => to)).toEqual([first, second, third]);
    expect(setup.news().slice(-3)).toEqual([`unserved: ${CLIENT} EHOSTUNREACH`, 'reset client', 'closed']);
    expect(setup.counts).toEqual([0, 0, 0]);
  });

  it('resets a client when there is no target', () => {
    const setup = new ConnectionSetup();
    setup.pool.setTargets([]);
    setup.accept();
    expect(setup.news()).toEqual([`unserved: ${CLIENT} no candidate`, 'reset client', 'closed']);
  });

  it('passes over a target whose name could not be resolved', () => {
    const setup = new ConnectionSetup({ targets: [{ host: 'app.test', port: 80 }] });
    setup.addresses.set(new Map([['app.test:80', []]]));
    setup.accept();
    expect(setup.news()).toEqual([
      'suspended app.test:80 ENOTFOUND',
      'passed over app.test:80: ENOTFOUND',
      `unserved: ${CLIENT} ENOTFOUND`,
      'reset client',
      'closed',
    ]);
  });

  it('says that the time is over, where the only candidate that was reached is not the one of the client', () => {
    const setup = new ConnectionSetup();
    setup.accept();
    const [, , other] = setup.pool.targets;
    const dialed = setup.engine.dials[0]?.to;
    const home = setup.pool.targets.find((target) => target.id !== dialed && target !== other) ?? other;
    setup.sessions.hold(CLIENT, home as TargetRecord, setup.now);
    setup.now += 60_000;
    setup.engine.dialling.succeed();
    expect(setup.news().filter((line) => line.startsWith('unserved'))).toEqual([`unserved: ${CLIENT} no time`]);
  });

  it('says of a target whose name leads to the balancer itself that it does', () => {
    const setup = new ConnectionSetup({ targets: [{ host: 'app.test', port: 80 }], sourcePort: 80 });
    setup.addresses.set(new Map([['app.test:80', [{ host: '127.0.0.1', port: 80 }]]]));
    setup.accept();
    expect(setup.engine.dials).toEqual([]);
    expect(setup.news()[0]).toBe('suspended app.test:80 OWN_ADDRESS');
  });

  it('tries no candidate once connectBudget is used up', () => {
    const setup = new ConnectionSetup({ connectTimeout: 400, connectBudget: 1_000 });
    setup.accept();
    setup.now += 1_000;
    setup.engine.dialling.fail('ETIMEDOUT');
    expect(setup.engine.dials).toHaveLength(1);
    expect(setup.news().slice(-3)).toEqual([`unserved: ${CLIENT} ETIMEDOUT`, 'reset client', 'closed']);
    expect(setup.counts).toEqual([0, 0, 0]);
  });

  it('ends when the client resets: the dial is cancelled and nobody is blamed', () => {
    const setup = new ConnectionSetup();
    setup.accept().downstream.onGone?.();
    expect(setup.news()).toEqual([`dial ${first}`, `cancel ${first}`, 'closed']);
    expect(setup.counts).toEqual([0, 0, 0]);
    expect(setup.pool.targets.some((target) => target.suspended)).toBe(false);
    expect(setup.open).toBe(0);
  });

  it('begins each connection at the same address of a target, whatever has answered the one before', () => {
    const setup = new ConnectionSetup({ targets: [{ host: 'app.test', port: 80 }] });
    setup.addresses.set(new Map([['app.test:80', ['10.0.0.8', '10.0.0.9'].map((host) => ({ host, port: 80 }))]]));
    setup.accept();
    setup.engine.dialling.fail('ECONNREFUSED');
    setup.engine.dialling.succeed();
    setup.accept();
    expect(setup.engine.dials.map(({ to }) => to)).toEqual(['10.0.0.8:80', '10.0.0.9:80', '10.0.0.8:80']);
  });

  it('follows the client to a target that it has found meanwhile', () => {
    const setup = new ConnectionSetup();
    setup.accept();
    const slow = setup.engine.dialling;
    const home = setup.pool.targets.find(({ id }) => id === first);
    if (home) setup.health.suspend(home, setup.now);
    setup.accept();
    setup.engine.dialling.succeed();
    setup.news();
    slow.succeed();
    expect(setup.news()).toEqual([`close ${first}`, `dial ${second}`]);
    setup.engine.dialling.succeed();
    expect(setup.news()).toEqual(['relay']);
    expect(setup.sessions.find(CLIENT, setup.now)).toMatchObject({ live: 2, target: { id: second } });
  });
});
