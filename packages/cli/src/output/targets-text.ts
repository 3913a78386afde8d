// The targets of a balancer and how they are, for people.
import type { TargetsDocument } from '../control/protocol.ts';
import { tableText } from './table.ts';

export function targetsText({ targets }: Pick<TargetsDocument, 'targets'>): string {
  return tableText(
    ['target', 'state', 'weight', 'connections', 'sessions'],
    targets.map(({ target, state, weight, connections, sessions }) => [target, state, weight, connections, sessions]),
  );
}
