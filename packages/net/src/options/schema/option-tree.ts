// The schema as a plain tree that can be walked and described: zod's JSON Schema with our notes still on its nodes.
// Not the JSON Schema that editors get, which is made of it by json-schema.ts.

import * as z from 'zod';
import type { OptionMeta } from './option.ts';
import { optionsSchema } from './schema.ts';

/** What the schema says about one option, a target or the whole. */
export interface OptionNode extends Partial<OptionMeta> {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  // biome-ignore lint/plugin: zod's JSON Schema has its keys from our schema; optionsIn makes a Map of them
  readonly properties?: Readonly<Record<string, OptionNode>>;
  readonly required?: readonly string[];
  readonly items?: OptionNode;
  readonly anyOf?: readonly OptionNode[];
  /** The reason why the option has no effect. */
  readonly ignored?: string;
}

export const optionTree = z.toJSONSchema(optionsSchema, { io: 'input' }) as OptionNode;

/** The options inside a node, those of all its forms if it has several (a target has two). */
export function optionsIn(node: OptionNode): ReadonlyMap<string, OptionNode> {
  let options = known.get(node);
  if (!options) {
    options = new Map(formsOf(node).flatMap((form) => Object.entries(form.properties ?? {})));
    known.set(node, options);
  }
  return options;
}

/** Asked for with each problem, of which there may be thousands. */
const known = new WeakMap<OptionNode, ReadonlyMap<string, OptionNode>>();

export function formsOf(node: OptionNode): readonly OptionNode[] {
  return node.anyOf ?? [node];
}

/** The node a path leads to, or undefined when it leaves the known options. */
export function nodeAt(node: OptionNode, path: readonly (string | number)[]): OptionNode | undefined {
  return path.reduce<OptionNode | undefined>((at, step) => {
    return typeof step === 'number' ? at?.items : at && optionsIn(at).get(step);
  }, node);
}
