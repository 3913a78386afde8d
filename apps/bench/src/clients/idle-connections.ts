// A client that opens connections, each from an address of its own and used once, and holds them.
import type { Socket } from 'node:net';
import { clientAddress } from '../machine/addresses.ts';
import { many } from './repeat.ts';
import { smallRequest } from './small-request.ts';
import { serveParent } from './start-client.ts';

export interface IdleRequest {
  readonly port: number;
  /** How many are to be open then. */
  readonly open: number;
}

const AT_ONCE = 32;
const held: Socket[] = [];
let lost = 0;

serveParent(async ({ port, open }: IdleRequest) => {
  const first = held.length;
  await many(Math.max(0, open - first), AT_ONCE, async (index) => {
    const socket = await smallRequest({ port, localAddress: clientAddress(first + index), keep: true });
    socket.once('close', () => lost++);
    held.push(socket);
  });
  if (lost > 0) throw new Error(`${lost} of ${held.length} idle connections were closed`);
  return { open: held.length };
});
