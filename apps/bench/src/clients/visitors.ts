// A client that is many: each connection comes from an address that was not there before, and carries one request.
import { clientAddress } from '../machine/addresses.ts';
import { repeat } from './repeat.ts';
import { smallRequest } from './small-request.ts';
import { serveParent } from './start-client.ts';

export interface VisitorsRequest {
  readonly port: number;
  /** New ones come for this long. */
  readonly seconds: number;
  readonly atOnce: number;
}

let seen = 0;

serveParent(async ({ port, seconds, atOnce }: VisitorsRequest) => {
  const first = seen;
  const count = await repeat(seconds, atOnce, (index) =>
    smallRequest({ port, localAddress: clientAddress(first + index), keep: false }),
  );
  seen += count;
  return { count };
});
