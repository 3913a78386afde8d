// How long nothing was moved on a client's socket, for a controller that asks. In a worker; nobody else calls it.
import { IPPROTO_TCP, type Libc } from '../system/libc.ts';

const TCP_INFO = 11;
/** Where struct tcp_info (linux/tcp.h) has the ms since data was last sent, and since data was last received. */
const LAST_DATA_SENT = 44;
const LAST_DATA_RECEIVED = 52;

const info = Buffer.alloc(LAST_DATA_RECEIVED + 4);
const infoLength = Buffer.alloc(4);
let getsockopt: ((fd: number, level: number, name: number, value: Buffer, length: Buffer) => number) | undefined;

/** ms since the last byte either way, by the kernel's own account; for a socket without any, since it connected. */
export function silenceOf(libc: Libc, fd: number): number {
  getsockopt ??= libc.koffi.load(null).func('int getsockopt(int, int, int, void*, void*)') as typeof getsockopt &
    object;
  infoLength.writeUInt32LE(info.length);
  libc.check(getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, infoLength), 'getsockopt');
  return Math.min(info.readUInt32LE(LAST_DATA_SENT), info.readUInt32LE(LAST_DATA_RECEIVED));
}
