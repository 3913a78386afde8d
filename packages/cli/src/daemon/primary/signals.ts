// What the signals to a primary mean.
import type { Log } from '@lb/net';
import { endProcess } from '@lb/net/internal';

/**
 * ms in which several signals are one. A service manager, a terminal and `timeout` send a signal to all processes of a group or service, and
 * a supervisor, `npx` and `timeout` pass on the one that they get themselves.
 */
const TOGETHER = 1_000;

export interface SignalActions {
  /** @param timeout ms for open connections. @default the option `shutdownTimeout` */
  readonly stop: (timeout?: number) => void;
  readonly reload: () => void;
  /** Whether this process lives in a terminal: SIGHUP means then that the terminal is gone. */
  readonly onTerminal: boolean;
  readonly log: Log;
}

export interface Signals {
  /** Ends the process, in the way that the signals it had ask for. */
  end(): void;
}

/**
 * SIGTERM and SIGINT stop: the first one lets open connections end, another one at least a second later doesn't wait for them. SIGHUP reloads;
 * from a terminal that is gone it stops, and hastens nothing, since it comes more than once then.
 */
export function obeySignals({ stop, reload, onTerminal, log }: SignalActions): Signals {
  let first: number | undefined;
  let isTerminalGone = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const isFirst = first === undefined;
      first ??= performance.now();
      if (!isFirst && performance.now() - first < TOGETHER) return;
      // Before the log says so: who reads it may kill this process, and the supervisor must know by then.
      stop(isFirst ? undefined : 0);
      log.info({ signal }, isFirst ? `${signal}: stopping; once more to stop at once` : `${signal}: stopping at once`);
    });
  }
  process.on('SIGHUP', () => {
    if (!onTerminal) return reload();
    isTerminalGone = true;
    stop();
  });
  return {
    end() {
      if (!isTerminalGone) return endProcess();
      // `exit` may abort then, since it can't put that terminal back into its old state: nodejs/node#51519.
      process.removeAllListeners('SIGHUP');
      process.kill(process.pid, 'SIGHUP');
    },
  };
}
