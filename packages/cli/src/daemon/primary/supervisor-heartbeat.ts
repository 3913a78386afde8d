// What a primary does to be known to live: it sends its supervisor a message once a second. The supervisor's side is
// supervisor/primary-watch.ts.
import { report } from '../daemon-messages.ts';

/** ms between two beats. */
const BEAT = 1_000;

/** Beats from now on, for as long as there is a supervisor. */
export function startHeartbeat(): void {
  let isSending = false;
  const beat = () => {
    // A supervisor that is stopped reads nothing: one message waits then, and not one for each second.
    if (isSending) return;
    isSending = true;
    report({ type: 'alive' }, () => {
      isSending = false;
    });
  };
  beat();
  const timer = setInterval(beat, BEAT).unref();
  process.once('disconnect', () => clearInterval(timer));
}
