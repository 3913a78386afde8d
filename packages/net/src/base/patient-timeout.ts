// Time-outs of what the event loop brings. Node's timers come before its sockets, so in a busy process the time of an answer that
// is there already may seem to be over; these look at the sockets once more before.
import { setLongTimeout } from './long-timers.ts';

/** Calls back once after `delay` ms and one more look at all sockets and channels. @returns how to call that off */
export function setPatientTimeout(action: () => void, delay: number): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setLongTimeout(() => {
    turn = setImmediate(action);
  }, delay);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
