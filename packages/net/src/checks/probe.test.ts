import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../base/endpoint.ts';
import { ConnectError } from '../engine/connect-error.ts';
import { parseProxyHeader } from '../proxy-protocol/index.ts';
import { later } from '../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../testing/descriptors.ts';
import { TestListener } from '../testing/test-listener.ts';
import { until } from '../testing/until.ts';
import { type ProbeOptions, probe } from './probe.ts';

const refusing = (): Endpoint => ({ host: '127.0.0.1', port: TestListener.refusingPort() });

/** A server that keeps what its connections bring: their bytes, and how they end. */
async function recording(where: { host: string; port: number } | { path: string }, greeting = '') {
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const ports: (number | undefined)[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    ports.push(socket.remotePort);
    if (greeting) socket.write(greeting);
    let bytes = '';
    socket.on('data', (data) => {
      bytes += data.toString('latin1');
    });
    socket.on('end', () => seen.push(`${bytes}FIN`));
    socket.on('error', () => {});
    socket.on('close', (hadError) => seen.push(hadError ? 'RST' : 'closed'));
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  later(() => server.close());
  later(() => sockets.forEach((socket) => void socket.destroy()));
  const endpoint: Endpoint = 'path' in where ? where : { ...where, port: (server.address() as AddressInfo).port };
  const one = () => until('a probe to end', () => seen[0]);
  return { endpoint, seen, ports, one };
}

function made({ endpoints, timeout = 5_000, proxyVersion }: Partial<ProbeOptions> & { endpoints: Endpoint[] }) {
  let cancel = (): void => {};
  const outcome = new Promise<string>((resolve) => {
    cancel = probe({ endpoints, timeout, proxyVersion }, (result) =>
      resolve(result instanceof ConnectError ? `${result.code} ${result.source}` : 'reached'),
    );
  });
  return { outcome, cancel };
}

describe('a probe', () => {
  it.each(['127.0.0.1', '::1'])('reaches a target at %s, and ends with FIN', async (host) => {
    const before = openDescriptors();
    const { endpoint, one } = await recording({ host, port: 0 });
    expect(await made({ endpoints: [endpoint] }).outcome).toBe('reached');
    expect(await one()).toBe('FIN');
    await expectDescriptors(before + 1); // the listener
  });

  it('reaches a target at a path', async () => {
    const { endpoint, one } = await recording({ path: join(tmpdir(), `probe-${process.pid}.sock`) });
    expect(await made({ endpoints: [endpoint] }).outcome).toBe('reached');
    expect(await one()).toBe('FIN');
  });

  it('ends with FIN also where the target speaks first', async () => {
    const { endpoint, seen } = await recording({ host: '127.0.0.1', port: 0 }, 'hello '.repeat(1_000_000));
    expect(await made({ endpoints: [endpoint] }).outcome).toBe('reached');
    await until('the connection to end', () => seen.length === 2);
    expect(seen).toEqual(['FIN', 'closed']);
  });

  it('does not reach a target that refuses, whose queue is full, or that has no address', async () => {
    expect(await made({ endpoints: [refusing()] }).outcome).toBe('ECONNREFUSED upstream');
    const { port } = await TestListener.full();
    expect(await made({ endpoints: [{ host: '127.0.0.1', port }], timeout: 50 }).outcome).toBe('ETIMEDOUT upstream');
    expect(await made({ endpoints: [] }).outcome).toBe('ENOTFOUND upstream');
  });

  it('tries all addresses, each for its share of the time', async () => {
    const { port } = await TestListener.full();
    const silent = { host: '127.0.0.1', port };
    const { endpoint } = await recording({ host: '127.0.0.1', port: 0 });
    expect(await made({ endpoints: [refusing(), silent, endpoint], timeout: 100 }).outcome).toBe('reached');
    expect(await made({ endpoints: [silent, refusing()], timeout: 100 }).outcome).toBe('ECONNREFUSED upstream');
  });

  it('takes an answer that is there, though the loop was too busy to see it in time', async () => {
    const { endpoint } = await recording({ host: '127.0.0.1', port: 0 });
    const { outcome } = made({ endpoints: [endpoint], timeout: 20 });
    await new Promise((resolve) => setImmediate(resolve)); // it has begun
    const end = performance.now() + 100;
    while (performance.now() < end);
    expect(await outcome).toBe('reached');
  });

  it('leaves nothing when it is called off, before it begins and after', async () => {
    const { port } = await TestListener.full();
    const before = openDescriptors();
    for (const turns of [0, 1, 3]) {
      const { cancel, outcome } = made({ endpoints: [{ host: '127.0.0.1', port }] });
      let isDone = false;
      void outcome.then(() => {
        isDone = true;
      });
      for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve));
      cancel();
      await expectDescriptors(before);
      expect(isDone).toBe(false);
    }
  });
});

describe('a probe of a target that expects a PROXY header', () => {
  it('sends LOCAL in version 2', async () => {
    const { endpoint, one } = await recording({ host: '127.0.0.1', port: 0 });
    await made({ endpoints: [endpoint], proxyVersion: 'v2' }).outcome;
    const bytes = Buffer.from(await one(), 'latin1');
    expect(parseProxyHeader(bytes)).toMatchObject({ version: 'v2', command: 'local', length: bytes.length - 3 });
  });

  it.each(['127.0.0.1', '::1'])('tells the addresses of its own connection in version 1, to %s', async (host) => {
    const { endpoint, one, ports } = await recording({ host, port: 0 });
    await made({ endpoints: [endpoint], proxyVersion: 'v1' }).outcome;
    const bytes = Buffer.from(await one(), 'latin1');
    expect(parseProxyHeader(bytes)).toMatchObject({
      version: 'v1',
      source: { host, port: ports[0] },
      destination: endpoint,
      length: bytes.length - 3,
    });
  });

  it('tells none to a path in version 1', async () => {
    const { endpoint, one } = await recording({ path: join(tmpdir(), `probe-v1-${process.pid}.sock`) });
    await made({ endpoints: [endpoint], proxyVersion: 'v1' }).outcome;
    expect(await one()).toBe('PROXY UNKNOWN\r\nFIN');
  });
});
