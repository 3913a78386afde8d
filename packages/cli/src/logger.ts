// The log: readable lines on a terminal, one JSON object a line elsewhere.
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

/** @param about fields that every line carries, such as the process's role */
export function createLogger(about: object): Logger {
  const options: pino.LoggerOptions = {
    base: { ...about, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  };
  // Written at once: what a process said last before it died is what one wants to read.
  if (!process.stdout.isTTY) return pino(options, pino.destination({ dest: 1, sync: true }));
  return pino(
    options,
    pretty({
      sync: true,
      colorize: true,
      singleLine: true,
      ignore: 'pid,role,worker',
      translateTime: 'SYS:HH:MM:ss.l',
    }),
  );
}
