// What the schema says of each option, by its name. Without options that are accepted and ignored.

import type { OptionMeta } from './schema/option.ts';
import { type OptionNode, optionsIn, optionTree } from './schema/option-tree.ts';
import type { OptionName } from './types.ts';

type ScopedNode = OptionNode & Pick<OptionMeta, 'scope' | 'reload' | 'audience'>;

/** Every option of the resolved ones, in the order of the schema. */
export const optionNodes: ReadonlyMap<OptionName, ScopedNode> = new Map([...optionsIn(optionTree)].filter(isScoped));

/** The names of the options that only the `loadbalancer` command can go by. */
export const commandOptions: readonly OptionName[] = [...optionNodes]
  .filter(([, { audience }]) => audience === 'command')
  .map(([name]) => name);

/** What is only accepted to be ignored has no scope. */
function isScoped(option: [name: string, node: OptionNode]): option is [OptionName, ScopedNode] {
  return option[1].scope !== undefined;
}
