// What a worker does to be known to live: it beats twice a second, for its primary to see, and sets a timer of the kernel's that
// ends it when it no longer does, also where there is no primary any more. The primary's side is watchdog.ts.
import type { Log } from '../../base/log.ts';
import { longestSilence } from '../../base/longest-silence.ts';
import { loadLibc } from '../../engine/system/libc.ts';
import { KernelTimer } from '../../engine/system/process/kernel-timer.ts';
import type { Pulse } from '../protocol/pulse.ts';

/** ms between two beats. */
export const BEAT = 500;

export interface HeartbeatMeans {
  /** Absent where there is no shared memory. */
  readonly pulse: Pulse | undefined;
  /** Tells the primary, where there is no shared memory. */
  readonly tell: () => void;
  /** The option, as it is at the start. */
  readonly workerTimeout: number;
  readonly log: Log;
  /** What else is to be done at each beat: an idle process is woken up by one timer only. */
  readonly onBeat: () => void;
}

export interface Heartbeat {
  /** The option, as it holds from the next beat on. */
  workerTimeout: number;
}

/** Beats from now on, for as long as this process lives. */
export function startHeartbeat({ pulse, tell, workerTimeout, log, onBeat }: HeartbeatMeans): Heartbeat {
  const heartbeat: Heartbeat = { workerTimeout };
  const timer = openTimer(log);
  const beat = (): void => {
    if (pulse) pulse.beat();
    else tell();
    // The primary, where there is one, is to do it before.
    timer?.set(longestSilence(heartbeat.workerTimeout));
  };
  beat();
  setInterval(() => {
    beat();
    onBeat();
  }, BEAT).unref();
  return heartbeat;
}

function openTimer(log: Log): KernelTimer | undefined {
  const libc = loadLibc();
  if (libc instanceof Error) return undefined;
  try {
    return new KernelTimer(libc);
  } catch (error) {
    const { message } = error as Error;
    log.warn({}, `no kernel timer (${message}): nothing ends this worker if it hangs after its primary has died`);
    return undefined;
  }
}
