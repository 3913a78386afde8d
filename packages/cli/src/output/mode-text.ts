// What became of a target that was drained, enabled or disabled, for people.
import type { ModeNotice } from '@lb/core';
import type { ModeDocument } from '../control/protocol.ts';

const MEANING: Readonly<Record<ModeDocument['mode'], string>> = {
  enabled: 'it takes clients',
  draining: 'it keeps the sessions it has and takes no new ones',
  disabled: 'it takes no new connections; open ones go on',
};

/** What is true instead of a target that is suspended; a disabled one takes nothing either way. */
const MEANING_SUSPENDED: Readonly<Record<ModeDocument['mode'], string>> = {
  enabled: 'it is suspended, and takes clients again when it answers',
  draining: 'it is suspended, and takes the clients of its sessions again when it answers; it takes no new ones',
  disabled: MEANING.disabled,
};

export function modeText({ index, target, mode, previous, suspended, unkept }: ModeDocument): string {
  const change = mode === previous ? `was ${mode} already` : `is ${mode} now (it was ${previous})`;
  const undo = mode === 'enabled' ? '' : ` "loadbalancer enable ${target} ${index}" brings it back.`;
  const loss =
    unkept === undefined
      ? ''
      : ` But the mode could not be kept: if the balancer is restarted or its primary dies, the next primary does not know it. The reason: ${unkept.replace(/\.$/, '')}.`;
  return `${target} of balancer ${index} ${change}: ${(suspended ? MEANING_SUSPENDED : MEANING)[mode]}.${undo}${loss}`;
}

/** Of a target that is not enabled when a balancer starts. */
export function resumedModeText([target, mode]: ModeNotice, index: number): string {
  return `Target ${target} is ${mode}, as it was when the last balancer with this config ended. "loadbalancer enable ${target} ${index}" brings it back; "start --fresh" forgets all such modes.`;
}
