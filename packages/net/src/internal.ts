// What the sibling packages share with net and nobody else should rely on.
export { childFlags } from './child-flags.ts';
