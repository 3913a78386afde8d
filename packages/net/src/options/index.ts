// What the rest of the package, and its users, may take from the options.

export { describeOptions } from './describe.ts';
export { optionsJsonSchema } from './generated/json-schema.ts';
export { optionsTable } from './generated/table.ts';
export { isOwnAddress, localAddresses } from './own-address.ts';
export { type ListensOn, parseTargets } from './parse-targets.ts';
export { type OptionProblem, OptionsError } from './problems/options-error.ts';
export type { PathStep } from './problems/words.ts';
export { type Resolution, type ResolveContext, resolveOptions } from './resolve.ts';
export { maskSecrets, secretOptions } from './secrets.ts';
export type { BalancerOptions, ResolvedOptions, ResolvedTarget } from './types.ts';
