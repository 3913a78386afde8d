// One end of a pair of unix sockets over which processes hand open descriptors to each other: SCM_RIGHTS (unix(7), cmsg(3)).
// The structures are those of 64-bit Linux, in glibc and musl. Nothing here knows what the descriptors are.
import {
  AF_UNIX,
  EAGAIN,
  ECONNRESET,
  type Libc,
  MSG_NOSIGNAL,
  type Pointer,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './libc.ts';

const SOCK_SEQPACKET = 5;
const SCM_RIGHTS = 1;
const MSG_TRUNC = 0x20;
const MSG_CTRUNC = 0x8;
const MSG_CMSG_CLOEXEC = 0x4000_0000;
/** SCM_MAX_FD: more the kernel doesn't take at a time. */
export const MOST_DESCRIPTORS = 253;

/** struct msghdr */
const MESSAGE = { size: 56, data: 16, dataCount: 24, control: 32, controlLength: 40, flags: 48 };
/** struct cmsghdr: length, level, type; the descriptors follow. */
const CONTROL_HEADER = 16;
const NOTE_SIZE = 4;

export interface DescriptorMessage {
  /** A number that goes with the descriptors; 0 in a message of another form. */
  readonly note: number;
  /** They are the receiver's own, and children don't get them. */
  readonly descriptors: readonly number[];
  /** False where the message is not of this form or descriptors are missing. Those that came are in `descriptors`. */
  readonly isWhole: boolean;
}

export class DescriptorChannel {
  readonly fd: number;
  readonly #libc: Libc;
  readonly #sendmsg: (fd: number, message: Pointer, flags: number) => number;
  readonly #recvmsg: (fd: number, message: Pointer, flags: number) => number;
  readonly #note = Buffer.alloc(NOTE_SIZE);
  /** struct iovec */
  readonly #data = Buffer.alloc(16);
  readonly #control = Buffer.alloc(CONTROL_HEADER + MOST_DESCRIPTORS * 4 + 4);
  readonly #message = Buffer.alloc(MESSAGE.size);

  /** @param fd an end of a pair, owned by this from now on */
  constructor(libc: Libc, fd: number) {
    const library = libc.koffi.load(null);
    this.fd = fd;
    this.#libc = libc;
    this.#sendmsg = library.func('int sendmsg(int, uintptr_t, int)');
    this.#recvmsg = library.func('int recvmsg(int, uintptr_t, int)');
    this.#data.writeBigUInt64LE(BigInt(libc.pointer(this.#note)), 0);
    this.#data.writeBigUInt64LE(BigInt(NOTE_SIZE), 8);
    this.#message.writeBigUInt64LE(BigInt(libc.pointer(this.#data)), MESSAGE.data);
    this.#message.writeBigUInt64LE(1n, MESSAGE.dataCount);
    libc.closeOnExec(fd);
  }

  /** A pair of connected ends. Neither waits. */
  static pair(libc: Libc): [number, number] {
    const socketpair = libc.koffi.load(null).func('int socketpair(int, int, int, void*)');
    const ends = Buffer.alloc(8);
    libc.check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 'socketpair');
    return [ends.readInt32LE(0), ends.readInt32LE(4)];
  }

  /** @param descriptors at most `MOST_DESCRIPTORS`; they stay open here @throws {BalancerError} with the system's code */
  send(note: number, descriptors: readonly number[]): void {
    this.#note.writeUInt32LE(note);
    const length = CONTROL_HEADER + descriptors.length * 4;
    this.#control.writeBigUInt64LE(BigInt(length), 0);
    this.#control.writeInt32LE(SOL_SOCKET, 8);
    this.#control.writeInt32LE(SCM_RIGHTS, 12);
    for (const [index, fd] of descriptors.entries()) this.#control.writeInt32LE(fd, CONTROL_HEADER + index * 4);
    this.#setControl(descriptors.length > 0 ? aligned(length) : 0);
    this.#libc.check(this.#sendmsg(this.fd, this.#libc.pointer(this.#message), MSG_NOSIGNAL), 'sendmsg');
  }

  /** @returns nothing when no message waits, `end` when none will come any more @throws {BalancerError} with the system's code */
  receive(): DescriptorMessage | 'end' | undefined {
    this.#setControl(this.#control.length);
    let bytes = this.#recvmsg(this.fd, this.#libc.pointer(this.#message), MSG_CMSG_CLOEXEC);
    // The other end was closed before it had read everything. This is reported once, and before what it has sent.
    if (bytes < 0 && this.#libc.errno() === ECONNRESET)
      bytes = this.#recvmsg(this.fd, this.#libc.pointer(this.#message), MSG_CMSG_CLOEXEC);
    if (bytes < 0 && this.#libc.errno() === EAGAIN) return undefined;
    this.#libc.check(bytes, 'recvmsg');
    const descriptors = this.#received();
    // An empty message looks like the end, but may bring descriptors all the same.
    if (bytes === 0 && descriptors.length === 0) return 'end';
    const flags = this.#message.readInt32LE(MESSAGE.flags);
    return {
      note: bytes === NOTE_SIZE && (flags & MSG_TRUNC) === 0 ? this.#note.readUInt32LE() : 0,
      descriptors,
      isWhole: bytes === NOTE_SIZE && (flags & (MSG_TRUNC | MSG_CTRUNC)) === 0,
    };
  }

  close(): void {
    this.#libc.close(this.fd);
  }

  #setControl(length: number): void {
    this.#message.writeBigUInt64LE(length === 0 ? 0n : BigInt(this.#libc.pointer(this.#control)), MESSAGE.control);
    this.#message.writeBigUInt64LE(BigInt(length), MESSAGE.controlLength);
  }

  #received(): number[] {
    const length = Number(this.#message.readBigUInt64LE(MESSAGE.controlLength));
    if (length < CONTROL_HEADER || this.#control.readInt32LE(12) !== SCM_RIGHTS) return [];
    const count = (Number(this.#control.readBigUInt64LE(0)) - CONTROL_HEADER) >> 2;
    return Array.from({ length: count }, (_, index) => this.#control.readInt32LE(CONTROL_HEADER + index * 4));
  }
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}
