// Case 3, TLS: HTTPS is passed through unread, and big transfers arrive whole.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { later } from '../support/cleanup.ts';
import { clientAddress } from '../support/clients.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/test-certificate.ts';

const MEGABYTE = 1_000_000;
const MEGABYTES = 100;

/** Random bytes, and in the end their hash. */
class Noise {
  readonly #hash = createHash('sha256');

  *chunks(): Generator<Buffer> {
    for (let count = 0; count < MEGABYTES; count += 1) {
      const chunk = randomBytes(MEGABYTE);
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** The length and the hash of all that a stream gives. */
async function digestOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return `${length} bytes, ${hash.digest('hex')}`;
}

/** An HTTPS server: /name says who it is, /download sends noise, /upload answers with the hash of what it got. */
async function httpsTarget(name: string, sent?: Noise): Promise<{ host: string; port: number }> {
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, async (message, response) => {
    if (message.url === '/name') response.end(name);
    else if (message.url === '/upload') response.end(await digestOf(message));
    else if (sent) await pipeline(Readable.from(sent.chunks()), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** One request on a connection of its own, by a client that trusts the targets' certificate and no other. */
function ask<T>(
  port: number,
  localAddress: string,
  path: string,
  use: (answer: AsyncIterable<Buffer>) => Promise<T>,
  body?: Noise,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      localAddress,
      path,
      method: body ? 'POST' : 'GET',
      servername: 'localhost',
      ca: TEST_CERTIFICATE,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => use(answer).then(resolve, reject));
    if (body) pipeline(Readable.from(body.chunks()), outgoing).catch(reject);
    else outgoing.end();
  });
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += chunk.toString();
  return all;
}

it('passes TLS through, each client to one target', async () => {
  const names = ['a', 'b', 'c'];
  const targets = await Promise.all(names.map((name) => httpsTarget(name)));
  const { port } = await startBalancer({ targets, balancerCount: 2 });
  const addresses = Array.from({ length: 40 }, (_, n) => clientAddress(n));
  const servedBy = await Promise.all(
    addresses.map((address) => Promise.all([1, 2, 3, 4].map(() => ask(port, address, '/name', text)))),
  );
  for (const answers of servedBy) expect(new Set(answers).size).toBe(1);
  expect(new Set(servedBy.flat())).toEqual(new Set(names));
});

it('carries a download and an upload of 100 MB at once', async () => {
  const [download, upload] = [new Noise(), new Noise()];
  const target = await httpsTarget('a', download);
  const { port } = await startBalancer({ targets: [target], balancerCount: 1 });
  const [got, answer] = await Promise.all([
    ask(port, clientAddress(0), '/download', digestOf),
    ask(port, clientAddress(1), '/upload', text, upload),
  ]);
  expect(got).toBe(`${MEGABYTES * MEGABYTE} bytes, ${download.digest()}`);
  expect(answer).toBe(`${MEGABYTES * MEGABYTE} bytes, ${upload.digest()}`);
});
