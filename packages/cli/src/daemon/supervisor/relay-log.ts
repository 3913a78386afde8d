// Takes what a process writes to a pipe over into a log, in whole lines. Runs in a supervisor that is root: a primary that changes its
// user does not have the file of the log open then, nor do its workers, and no controller can truncate it.
import type { Readable } from 'node:stream';
import type { LogOutput } from '../../logging/log-output.ts';

/** Bytes of a line that has no end yet, at most. */
const LONGEST_LINE = 262_144;
const NEWLINE = 10;

export function relayLog(from: Readable, log: Pick<LogOutput, 'write'>): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = all.length > LONGEST_LINE ? all.length : all.lastIndexOf(NEWLINE) + 1;
    if (end > 0) log.write(all.subarray(0, end));
    rest = all.subarray(end);
  });
  from.on('close', () => {
    if (rest.length > 0) log.write(rest);
  });
}

/** Calls back once what a process wrote before its exit has been read: what is there already comes within a turn of the loop. */
export function afterRelay(done: () => void): void {
  setImmediate(() => setImmediate(done));
}
