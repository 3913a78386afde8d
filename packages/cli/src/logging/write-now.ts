// Writing to a descriptor without waiting for its reader.
import { fstatSync, writeSync } from 'node:fs';
import { loadLibc, MSG_NOSIGNAL } from '@lb/net/internal';

/** Writes what there is room for. @returns how many bytes @throws {Error} with the system's code when it is none */
export type WriteNow = (bytes: Uint8Array) => number;

const MSG_DONTWAIT = 0x40;

/** How to write to a descriptor. Without the binding to libc, writing to what isn't a file may wait. */
export function writerOf(fd: number): WriteNow {
  // As bigint, since Node's realpath reads the last result that isn't one: after that of a pipe it leaves links in the paths of
  // modules as they are.
  const stat = fstatSync(fd, { bigint: true });
  const write: WriteNow = (bytes) => writeSync(fd, bytes);
  if (stat.isFile()) return write;
  const libc = loadLibc();
  if (libc instanceof Error) return write;
  // A socket's flag is shared with whoever started this process, so the wish not to wait goes with each call.
  if (stat.isSocket()) {
    return (bytes) => libc.check(libc.send(fd, libc.pointer(bytes), bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL), 'send');
  }
  return (bytes) => {
    // The flag is the balancer's own (`reopenStandardStreams`), but Node takes it away from all processes when one of them
    // starts a child with the same standard streams, or ends.
    libc.nonBlocking(fd);
    return write(bytes);
  };
}
