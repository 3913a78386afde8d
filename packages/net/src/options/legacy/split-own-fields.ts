// The fields of a controller's targets that are no options. LoadBalancer.js 0.9.26 ignored them. It keeps and logs nothing.

import { targetId } from '@lb/core/internal';
import { nearestName } from '../problems/nearest-name.ts';
import { nodeAt, optionsIn, optionTree } from '../schema/option-tree.ts';
import { isRecord, normalizeTarget } from './legacy.ts';

const optionNames = [...optionsIn(nodeAt(optionTree, ['targets', 0]) ?? {}).keys()];
const isOption = new Set(optionNames);

export interface SplitTargets {
  /** The list without them: to be validated. */
  readonly list: unknown;
  /** Each target that has some, as in `list`, and these. */
  readonly own: readonly (readonly [target: object, fields: object])[];
}

/** Splits a list of targets, or whatever was given as one. The input stays as it is. */
export function splitOwnFields(input: unknown): SplitTargets {
  if (!Array.isArray(input)) return { list: input, own: [] };
  const own: [object, object][] = [];
  const list = input.map((target: unknown) => {
    if (!isRecord(target)) return target;
    if (Object.keys(target).every((name) => isOption.has(name))) return target;
    const options = { ...target };
    const fields = { ...target };
    for (const name of Object.keys(target)) Reflect.deleteProperty(isOption.has(name) ? fields : options, name);
    own.push([options, fields]);
    return options;
  });
  return { list, own };
}

/** The id of a target that is valid, in whichever form 0.9.26 took it. */
export function plainTargetId(target: object): string {
  return targetId(normalizeTarget(target) as object);
}

/** The option of a target that a field may have been meant to be. */
export function nearestTargetOption(name: string): string | undefined {
  return nearestName(name, optionNames);
}
