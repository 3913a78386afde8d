// Waiting while all processes decide where a client without a session goes, as they do for a moment at a change of epoch.
import type { WorkerAgreement } from '@lb/core';
import { setPatientTimeout } from '../../base/patient-timeout.ts';
import type { Dial } from '../../engine/engine.ts';

/** ms after which this process goes by what it knows: better a client on the wrong target than on none. */
const LONGEST_WAIT = 1_000;

/** Calls `done` once what is undecided now is decided, or after a second. */
export function whenDecided(
  agreement: Pick<WorkerAgreement, 'whenDecided'>,
  isUndecided: () => boolean,
  done: () => void,
): Dial {
  let isOver = false;
  const cancel = (): void => {
    isOver = true;
    stopWaiting();
    callOff();
  };
  const finish = (): void => {
    cancel();
    done();
  };
  const look = (): void => {
    if (isOver) return;
    if (isUndecided()) callOff = agreement.whenDecided(look);
    else finish();
  };
  const stopWaiting = setPatientTimeout(finish, LONGEST_WAIT);
  let callOff = agreement.whenDecided(look);
  return { cancel };
}
