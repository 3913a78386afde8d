import { DEFAULT_HASH_KEY, TargetPool, type TargetRecord } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { FakeLog } from '../testing/fake-log.ts';
import { type AddressesByTarget, AgreedAddresses } from './agreed-addresses.ts';

const at = (...hosts: string[]) => hosts.map((host) => ({ host, port: 80 }));
const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;

function targetsAt(...hosts: [string, string]): [TargetRecord, TargetRecord] {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(at(...hosts));
  return [...pool.targets] as [TargetRecord, TargetRecord];
}

function setUp({ sourceHost = '::', sourcePort = 8_080 } = {}) {
  const log = new FakeLog();
  const changes: AddressesByTarget[] = [];
  const probes: { address: string; end: (isThere: boolean) => void }[] = [];
  const agreed = new AgreedAddresses({
    log,
    options: () => ({ sourceHost, sourcePort }),
    probe: (_target, endpoint) =>
      new Promise((end) => probes.push({ address: 'host' in endpoint ? endpoint.host : '', end })),
    onChange: (addresses) => changes.push(addresses),
  });
  const list = (...hosts: string[]) => agreed.follow(new Map([['app:80', at(...hosts)]]));
  /** The address of the only target, each time that it has changed. */
  const news = () => changes.splice(0).map((addresses) => addresses.get('app:80'));
  return { agreed, list, news, probes, log };
}

describe('the agreed address of a target', () => {
  it('is the first that is listed, and stays as long as it is listed, in whatever order', () => {
    const { list, news } = setUp();
    list(A, B);
    expect(news()).toEqual([A]);
    list(B, A);
    list(C, A);
    expect(news()).toEqual([]);
  });

  it('is the first that is listed as soon as it is no longer listed itself', () => {
    const { list, news, log } = setUp();
    list(A, B);
    list(C, B);
    expect(news()).toEqual([A, C]);
    expect(log.lines).toEqual([`info: target app:80 is at ${C} now: ${A} is no longer listed`]);
  });

  it('is none of the balancer itself, and is not there where nothing is listed', () => {
    const { agreed, list, news } = setUp({ sourceHost: A, sourcePort: 80 });
    list(A, B);
    expect(news()).toEqual([B]);
    list(A);
    agreed.follow(new Map());
    expect(news()).toEqual([undefined]);
  });
});

describe('the address that an earlier primary has left', () => {
  it('is agreed on where it is listed, and stays so', () => {
    const { agreed, list, news, log } = setUp();
    list(A, B);
    agreed.resume([['app:80', B]]);
    list(A, B, C);
    expect(news()).toEqual([A, B]);
    expect(log.lines).toEqual([]);
  });

  it('is agreed on also when its name is resolved later, and counts no longer after that', () => {
    const { agreed, list, news } = setUp();
    agreed.resume([['app:80', B]]);
    list();
    list(A, B);
    expect(news()).toEqual([B]);
    list(A);
    list(A, B);
    agreed.follow(new Map());
    list(A, B);
    expect(news()).toEqual([A, undefined, A]);
  });

  it.each([
    { what: 'one that is not listed', left: C },
    { what: 'one of the balancer itself', left: B },
    { what: 'no address', left: '' },
  ])('is not used if it is $what', ({ left }) => {
    const { agreed, list, news, log } = setUp({ sourceHost: B, sourcePort: 80 });
    list(A, B);
    agreed.resume([['app:80', left]]);
    expect(news().at(-1)).toBe(A);
    expect(log.lines).toEqual([`info: target app:80 is at ${A} now: ${left} is no longer listed`]);
  });

  it('says nothing about a target that has no name, or is not there', () => {
    const { agreed, list, news } = setUp();
    const [app, fixed] = targetsAt('app', C);
    list(A, B);
    agreed.resume([
      [fixed.id, A],
      ['other:80', A],
    ]);
    expect(news()).toEqual([A]);
    expect([agreed.endpoints(app), agreed.endpoints(fixed)]).toEqual([at(A, B), at(C)]);
  });
});

it('gives the order in which to try the addresses of a target: the agreed one first', () => {
  const { agreed, list } = setUp();
  const [app, fixed] = targetsAt('app', C);
  expect([agreed.endpoints(app), agreed.endpoints(fixed)]).toEqual([[], at(C)]);
  list(A, B, '::1');
  list(B, A, '::1');
  expect(agreed.endpoints(app)).toEqual(at(A, '::1', B));
});

describe('another address that has answered', () => {
  it('takes the place of the agreed one if a probe of that fails', async () => {
    const { agreed, list, news, probes, log } = setUp();
    list(A, B, C);
    const report = agreed.answered('app:80', B, A);
    expect(probes.map(({ address }) => address)).toEqual([A]);
    expect(news()).toEqual([A]);
    probes[0]?.end(false);
    await report;
    expect(news()).toEqual([B]);
    expect(log.lines).toEqual([`info: target app:80 is at ${B} now: ${A} does not answer`]);
  });

  it('changes nothing if the probe succeeds', async () => {
    const { agreed, list, news, probes } = setUp();
    list(A, B);
    const report = agreed.answered('app:80', B, A);
    probes[0]?.end(true);
    await report;
    expect(news()).toEqual([A]);
  });

  it('has one probe made, however many report it, and 64 in all', async () => {
    const { agreed, probes } = setUp();
    agreed.follow(new Map(Array.from({ length: 100 }, (_, n) => [`app${n}:80`, at(A, B)])));
    const reports = Array.from({ length: 300 }, (_, n) => agreed.answered(`app${n % 100}:80`, B, A));
    expect(probes).toHaveLength(64);
    for (const { end } of probes) end(true);
    await Promise.all(reports);
    void agreed.answered('app99:80', B, A);
    expect(probes).toHaveLength(65);
  });

  it.each([
    { what: 'of a target that is unknown', target: 'other:80', silent: A },
    { what: 'in place of one that is not agreed on any more', target: 'app:80', silent: C },
  ])('is ignored: $what', ({ target, silent }) => {
    const { agreed, list, probes } = setUp();
    list(A, B, C);
    void agreed.answered(target, B, silent);
    expect(probes).toEqual([]);
  });

  it.each([
    { what: 'it', list: [A, C], news: [A] },
    { what: 'the agreed one', list: [B, C], news: [A, B] },
  ])('counts no longer when $what is not listed after the probe', async ({ list: later, news: expected }) => {
    const { agreed, list, news, probes } = setUp();
    list(A, B, C);
    const report = agreed.answered('app:80', B, A);
    list(...later);
    probes[0]?.end(false);
    await report;
    expect(news()).toEqual(expected);
  });
});
