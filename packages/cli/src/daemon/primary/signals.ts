// What the signals to a primary mean.
import type { Log } from '@lb/net';
import { endProcess } from '@lb/net/internal';

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
 * SIGTERM and SIGINT stop: the first one lets open connections end, the second one doesn't wait for them. SIGHUP reloads;
 * from a terminal that is gone it stops, and hastens nothing, since it comes more than once then.
 */
export function obeySignals({ stop, reload, onTerminal, log }: SignalActions): Signals {
  let signals = 0;
  let isTerminalGone = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      log.info(
        { signal },
        signals === 1 ? `${signal}: stopping; once more to stop at once` : `${signal}: stopping at once`,
      );
      stop(signals === 1 ? undefined : 0);
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
