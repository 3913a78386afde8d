// Streams without end, for tests: a thread of its own plays clients that read all they get and targets that write all they can.
import { Worker } from 'node:worker_threads';
import type { Endpoint } from '../base/endpoint.ts';
import { later } from './cleanup.ts';

const PLAY = `
  const { connect, createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const received = new BigInt64Array(workerData);
  const block = Buffer.alloc(262_144, 'bulk');
  const server = createServer((socket) => {
    const write = () => {
      while (socket.write(block));
    };
    socket.on('error', () => {}).on('drain', write);
    write();
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', (port) => {
    const buffer = Buffer.alloc(262_144);
    const callback = (length) => {
      received[0] += BigInt(length);
      return true;
    };
    connect({ port, host: '127.0.0.1', onread: { buffer, callback } }).on('error', () => {});
  });
`;

export class BulkStreams {
  /** Where the bytes come from. */
  readonly endpoint: Endpoint;
  readonly #worker: Worker;
  readonly #received: BigInt64Array;

  private constructor(worker: Worker, received: BigInt64Array, port: number) {
    this.#worker = worker;
    this.#received = received;
    this.endpoint = { host: '127.0.0.1', port };
  }

  static async open(): Promise<BulkStreams> {
    const shared = new SharedArrayBuffer(8);
    const worker = new Worker(PLAY, { eval: true, workerData: shared });
    later(() => worker.terminate());
    const port = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    return new BulkStreams(worker, new BigInt64Array(shared), port);
  }

  /** Has a client connect to a port of this machine. */
  connect(port: number): void {
    this.#worker.postMessage(port);
  }

  /** Bytes that all clients together have got so far. */
  get received(): number {
    return Number(this.#received[0]);
  }
}
