// What the rest of the package, and its users, may take from the options.

export { describeOptions } from './describe.ts';
export { optionsJsonSchema } from './json-schema.ts';
export { type OptionProblem, OptionsError } from './options-error.ts';
export { isOwnAddress, localAddresses } from './own-address.ts';
export { type ListensOn, parseTargets } from './parse-targets.ts';
export { type Resolution, type ResolveContext, resolveOptions } from './resolve.ts';
export { maskSecrets, secretOptions } from './secrets.ts';
export { optionsTable } from './table.ts';
export type { BalancerOptions, ResolvedOptions, ResolvedTarget } from './types.ts';
export type { PathStep } from './words.ts';
