// A target that is in the list twice has twice the share: one target with the weights added. Judges nothing else.

import { targetId } from '@lb/core/internal';
import type { OptionProblem } from './problems/options-error.ts';
import { problem } from './problems/problems.ts';
import { MOST_WEIGHT } from './schema/target-schema.ts';
import type { ResolvedTarget } from './types.ts';

interface MergedTargets {
  readonly targets: ResolvedTarget[];
  readonly notices: string[];
  readonly problems: OptionProblem[];
}

/** Merges the targets of one identity into the first of them, in the order of the list. */
export function mergeTargets(list: readonly ResolvedTarget[]): MergedTargets {
  const merged = new Map<string, { target: ResolvedTarget; index: number }>();
  const notices: string[] = [];
  const problems: OptionProblem[] = [];

  list.forEach((target, index) => {
    const id = targetId(target);
    const first = merged.get(id);
    if (first === undefined) {
      merged.set(id, { target, index });
      return;
    }
    const weight = first.target.weight + target.weight;
    const again = `targets[${index}] is ${id} again, like targets[${first.index}]`;
    if (weight > MOST_WEIGHT) {
      problems.push(problem(['targets', index], `${again}; expected weights of at most ${MOST_WEIGHT} together.`));
    }
    first.target = { ...first.target, weight };
    notices.push(`${again}; taken for one target of weight ${weight}.`);
  });
  return { targets: [...merged.values()].map(({ target }) => target), notices, problems };
}
