// What became of a target that was drained, enabled or disabled, for people.
import type { ModeDocument } from '../control/protocol.ts';

const MEANING: Readonly<Record<ModeDocument['mode'], string>> = {
  enabled: 'it takes clients',
  draining: 'it keeps the sessions it has and takes no new ones',
  disabled: 'it takes no new connections; open ones go on',
};

export function modeText({ index, target, mode, previous }: ModeDocument): string {
  const change = mode === previous ? `was ${mode} already` : `is ${mode} now (it was ${previous})`;
  const undo = mode === 'enabled' ? '' : ` "loadbalancer enable ${target} ${index}" brings it back.`;
  return `${target} of balancer ${index} ${change}: ${MEANING[mode]}.${undo}`;
}
