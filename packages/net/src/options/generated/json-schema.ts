// The JSON Schema that editors get. It allows what is plain: what 0.9.26 tolerated works too, with a notice, and is
// marked in the editor.

import * as z from 'zod';
import type { OptionNode } from '../schema/option-tree.ts';
import { optionsSchema } from '../schema/schema.ts';

const NOTES = [
  'scope',
  'reload',
  'audience',
  'unit',
  'expected',
  'defaultInWords',
  'secret',
  'ignored',
] as const satisfies (keyof OptionNode)[];

/** The JSON Schema (draft 2020-12) of a config file. */
export function optionsJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(optionsSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // A default that depends on the machine must not end up in a file for all machines.
      if (jsonSchema.defaultInWords !== undefined) delete jsonSchema.default;
      for (const note of NOTES) delete jsonSchema[note];
    },
  });
  return {
    $schema,
    title: 'loadbalancer config',
    description: 'The options of the sticky-session TCP load balancer `loadbalancer`.',
    ...schema,
  };
}
