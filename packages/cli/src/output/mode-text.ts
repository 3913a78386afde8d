// What became of a target that was drained, enabled or disabled, for people.
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

export function modeText({ index, target, mode, previous, suspended }: ModeDocument): string {
  const change = mode === previous ? `was ${mode} already` : `is ${mode} now (it was ${previous})`;
  const undo = mode === 'enabled' ? '' : ` "loadbalancer enable ${target} ${index}" brings it back.`;
  return `${target} of balancer ${index} ${change}: ${(suspended ? MEANING_SUSPENDED : MEANING)[mode]}.${undo}`;
}
