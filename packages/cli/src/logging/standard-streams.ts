// console, process.stdout and process.stderr of a process whose log must wait for nobody: they write through the log's outputs.
// Node's own streams wait for a terminal, and keep without bound what a pipe doesn't take.
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { LogOutput } from './log-output.ts';

export function replaceStandardStreams(out: LogOutput, err: LogOutput): void {
  replace('stdout', 1, out);
  replace('stderr', 2, err);
}

function replace(name: 'stdout' | 'stderr', fd: 1 | 2, output: LogOutput): void {
  const stream = new Writable({
    decodeStrings: false,
    write(text: string | Uint8Array, encoding, done) {
      output.write(typeof text === 'string' && encoding !== 'utf8' ? Buffer.from(text, encoding) : text);
      done();
    },
  });
  // As on Node's own: a controller may end them, and they go on.
  stream._destroy = (_error, done) => done(null);
  Object.assign(stream, { fd, isTTY: isatty(fd) || undefined });
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
}
