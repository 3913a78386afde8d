// A client that moves large bodies down or up, several at once, and checks them.
import { connect } from 'node:net';
import { BULK_SIZE, bulkBytes, isBulkAt } from '../bulk-body.ts';
import { ANSWER } from '../tools/answers.ts';
import { repeat } from './repeat.ts';
import { serveParent } from './start-client.ts';

export interface BulkRequest {
  readonly port: number;
  readonly direction: 'down' | 'up';
  /** Transfers begin for this long. */
  readonly seconds: number;
  readonly atOnce: number;
}

const READ_BUFFER = 256 * 1024;
const WRITTEN_AT_ONCE = 1_000_000;
const HEAD_END = '\r\n\r\n';
const FINAL_REQUEST = 'GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n';

serveParent(async ({ port, direction, seconds, atOnce }: BulkRequest) => {
  const transfer = direction === 'down' ? download : upload;
  const transfers = await repeat(seconds, atOnce, () => transfer(port));
  return { bytes: transfers * BULK_SIZE };
});

/** @throws unless every byte arrived */
function download(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    let received = 0;
    const take = (piece: Buffer): void => {
      if (!isBulkAt(piece, received)) socket.destroy(new Error(`wrong bytes at ${received}`));
      received += piece.length;
    };
    const onPiece = (piece: Buffer): void => {
      if (head.endsWith(HEAD_END)) return take(piece);
      const end = piece.indexOf(HEAD_END) + HEAD_END.length;
      if (end < HEAD_END.length || !piece.toString('latin1', 0, end).startsWith('HTTP/1.1 200 ')) {
        socket.destroy(new Error(`not a download: ${piece.toString('latin1', 0, 100)}`));
        return;
      }
      head = piece.toString('latin1', 0, end);
      take(piece.subarray(end));
    };
    const callback = (length: number, buffer: Uint8Array): boolean => {
      onPiece(Buffer.from(buffer.buffer, buffer.byteOffset, length));
      return true;
    };
    const socket = connect({ host: '127.0.0.1', port, onread: { buffer: Buffer.alloc(READ_BUFFER), callback } });
    socket.once('connect', () => socket.write('GET /bulk HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n'));
    socket.once('error', reject);
    socket.once('close', () => {
      if (received === BULK_SIZE) resolve();
      else reject(new Error(`a download ended after ${received} bytes`));
    });
  });
}

const blocks: Buffer[] = [];

/** The target answers at once and drops the body; a second request behind it is answered once it has read all. */
function upload(port: number): Promise<void> {
  for (let at = blocks.length * WRITTEN_AT_ONCE; at < BULK_SIZE; at += WRITTEN_AT_ONCE) {
    blocks.push(bulkBytes(at, WRITTEN_AT_ONCE));
  }
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.setEncoding('latin1').on('data', (text) => (answer += text));
    socket.once('close', () => {
      const answers = answer.split('HTTP/1.1 200 OK').length - 1;
      if (answers === 2 && answer.endsWith(ANSWER)) resolve();
      else
        reject(new Error(`an upload ended after ${socket.bytesWritten} bytes with ${answers} of 2 answers: ${answer}`));
    });
    socket.write(`POST /upload HTTP/1.1\r\nHost: bench\r\nContent-Length: ${BULK_SIZE}\r\n\r\n`);
    let next = 0;
    const writeMore = (): void => {
      for (const block of blocks.slice(next)) {
        next++;
        if (!socket.write(block)) {
          socket.once('drain', writeMore);
          return;
        }
      }
      socket.write(FINAL_REQUEST);
    };
    writeMore();
  });
}
