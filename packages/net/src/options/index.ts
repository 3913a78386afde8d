// What the rest of the package, and its users, may take from the options.

export { describeOptions } from './describe.ts';
export { optionsJsonSchema } from './generated/json-schema.ts';
export { nearestTargetOption, plainTargetId, type SplitTargets, splitOwnFields } from './legacy/split-own-fields.ts';
export { commandOptions, optionNodes } from './option-nodes.ts';
export { type ListensOn, parseTargets } from './parse-targets.ts';
export { type OptionProblem, OptionsError } from './problems/options-error.ts';
export type { PathStep } from './problems/words.ts';
export { type Resolution, type ResolveContext, resolveOptions } from './resolve.ts';
export { secretOptions } from './secrets.ts';
export { type SplitOptions, splitOptions } from './split-options.ts';
export type {
  BalancerOptions,
  CommandOptionName,
  ListenerOptions,
  OptionName,
  PoolOptions,
  ProcessOptions,
  ResolvedOptions,
  ResolvedTarget,
} from './types.ts';
