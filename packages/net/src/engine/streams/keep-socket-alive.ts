// Keep-alive as the other engine has it. Node's own asks ten times, a second apart, and so ends every quiet connection after an
// outage of 20 s; its API has no word for anything else, but its sockets have a descriptor.
import type { Socket } from 'node:net';
import { dontKeepAlive, KEEP_ALIVE_IDLE, keepAlive } from '../keep-alive.ts';
import { loadLibc } from '../system/libc.ts';

interface WithHandle {
  /** What libuv has of the socket; none once it is closed. The descriptor is -1 where the system has none. */
  readonly _handle?: { readonly fd?: number; readonly setKeepAlive?: unknown } | null;
}

/** For a socket that is relayed: before, other times are shorter. One of the unix domain needs nothing. @param idle seconds */
export function keepSocketAlive(socket: Socket, isOn = true, idle = KEEP_ALIVE_IDLE): void {
  const handle = (socket as Socket & WithHandle)._handle;
  if (!handle?.setKeepAlive) return;
  const libc = loadLibc();
  if (libc instanceof Error || !((handle.fd ?? -1) >= 0)) socket.setKeepAlive(isOn, idle * 1_000);
  else if (isOn) keepAlive(libc, handle.fd as number, idle);
  else dontKeepAlive(libc, handle.fd as number);
}
