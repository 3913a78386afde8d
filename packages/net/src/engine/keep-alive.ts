// Sides that are gone without a word: what the kernel is to do about them, the same with each engine.
import { type Libc, SOL_SOCKET } from './system/libc.ts';

const SO_KEEPALIVE = 9;
/** The longest that the kernel takes. */
const LONGEST_IDLE = 32_767;

/** Seconds of silence before the kernel asks whether a side is still there. How often it asks then is the system's setting. */
export const KEEP_ALIVE_IDLE = 60;
/** ms that a side may leave what was sent to it, or the question, unacknowledged, or its window closed (RFC 5482): it counts as gone then. */
const USER_TIMEOUT = 300_000;

/** @param fd a TCP socket. @param idle seconds */
export function keepAlive(libc: Libc, fd: number, idle = KEEP_ALIVE_IDLE): void {
  libc.keepAlive(fd, Math.min(idle, LONGEST_IDLE), USER_TIMEOUT);
}

export function dontKeepAlive(libc: Libc, fd: number): void {
  libc.setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 0);
}
