// The log: readable lines on a terminal, one JSON object a line elsewhere. No line waits for its reader.
import { createRequire } from 'node:module';
import { isatty, WriteStream } from 'node:tty';
import pino, { type Logger } from 'pino';
import { printableLines } from '../printable.ts';
import { LogOutput } from './log-output.ts';
import { replaceStandardStreams } from './standard-streams.ts';

/**
 * The log of this process, on its standard output. From now on console and the standard streams wait for no reader either.
 * @param about fields that every line carries, such as the process's role
 * @param onTerminal whether people read it as it comes
 */
export function createLogger(about: object, onTerminal = isatty(1)): Logger {
  const output = new LogOutput(1);
  const errors = new LogOutput(2);
  replaceStandardStreams(output, errors);
  const options: pino.LoggerOptions = {
    base: { ...about, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  };
  const log = pino(options, onTerminal ? readable(output) : output);
  output.onDropped = (lines, reason) => log.warn({ lines }, `${lines} log lines were dropped: ${reason}`);
  errors.onDropped = (lines, reason) => log.warn({ lines }, `${lines} lines of standard error were dropped: ${reason}`);
  return log;
}

function readable(output: LogOutput): pino.DestinationStream {
  // Loaded only here: it would take a quarter of a worker's start.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const format = prettyFactory({
    colorize: hasColors(),
    singleLine: true,
    ignore: 'pid,role,worker',
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return { write: (line) => output.write(format(shown(JSON.parse(line)))) };
}

/** No text from elsewhere obeys the terminal's controls, or looks like a line of the log. */
function shown(entry: { msg?: string }): object {
  const { msg = '', ...rest } = printableLines(entry);
  return { ...rest, msg: msg.replaceAll('\n', '\n    ') };
}

/** Whether the terminal shows colors, and its user wants them: TERM=dumb, NO_COLOR and FORCE_COLOR count. */
function hasColors(): boolean {
  return WriteStream.prototype.getColorDepth() > 1;
}
