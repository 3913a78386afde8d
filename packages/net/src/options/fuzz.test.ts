import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOptions } from './describe.ts';
import { OptionsError } from './problems/options-error.ts';
import { resolveOptions } from './resolve.ts';
import { optionsIn, optionTree } from './schema/option-tree.ts';
import type { BalancerOptions } from './types.ts';

const names = [...optionsIn(optionTree).keys(), '__proto__', 'toString', 'sourcePrt'];
const targetNames = ['host', 'port', 'path', 'weight', 'prot', '__proto__'];
const values = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.constantFrom(0, -0, 1, 80, null, '', '80', '0', 'localhost', '::1', '/x', Infinity, true, [], {}),
  fc.constantFrom(
    ...['length', 'size', 'toString', 'then'].map((name) =>
      Object.assign(Object.create(null), { [name]: Object.create(null) }),
    ),
  ),
);
const someTargets = fc.array(fc.oneof(values, fc.dictionary(fc.constantFrom(...targetNames), values)), {
  maxLength: 4,
});
const almostOptions = fc
  .tuple(fc.dictionary(fc.constantFrom(...names), values), fc.option(someTargets))
  .map(([options, targets]) => (targets === null ? options : { ...options, targets, sourcePort: 80 }));

const target = fc.oneof(
  fc.record(
    {
      host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
      port: fc.integer({ min: 1, max: 65_535 }),
      weight: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: ['host', 'port'] },
  ),
  fc.record({ path: fc.constantFrom('/a', '/b') }),
);
const duration = fc.integer({ min: 1, max: 8_640_000_000 });
const goodOptions: fc.Arbitrary<BalancerOptions> = fc.record(
  {
    sourcePort: fc.constant(0),
    targets: fc.array(target, { minLength: 1, maxLength: 5 }),
    balancerCount: fc.integer({ min: 1, max: 1024 }),
    sessionExpiry: duration,
    idleTimeout: duration,
    connectTimeout: duration,
    stickiness: fc.boolean(),
    hashSeed: fc.string({ minLength: 1, maxLength: 50 }),
    clientKey: fc.record({ ipv6Prefix: fc.integer({ min: 1, max: 128 }) }, { requiredKeys: [] }),
    downgradeToUser: fc.constantFrom('web', '1000', 1000),
    balancerControllerPath: fc.constantFrom('a.js', '/b.js'),
    maxBufferSize: fc.anything(),
  },
  { requiredKeys: ['sourcePort', 'targets'] },
);

it('throws nothing but OptionsError, whatever is given', () => {
  fc.assert(
    fc.property(fc.oneof(almostOptions, fc.jsonValue(), fc.anything()), (input) => {
      try {
        resolveOptions(input, { localAddresses: [] });
      } catch (error) {
        expect(error).toBeInstanceOf(OptionsError);
        const { problems, message } = error as OptionsError;
        expect(problems).not.toHaveLength(0);
        expect(message.split('\n')).toHaveLength(Math.min(problems.length, 21) + 1);
        expect(message).not.toMatch(/expected an object\.|ZodError|Invalid input/);
      }
    }),
    { numRuns: 2000 },
  );
}, 60_000);

it('resolves what it has resolved to the same, without a notice of its own', () => {
  fc.assert(
    fc.property(goodOptions, (input) => {
      const { options } = resolveOptions(input);
      const again = resolveOptions(options);
      expect(again.options).toEqual(options);
      expect(again.notices.filter((notice) => !notice.startsWith('connectTimeout'))).toEqual([]);
      expect(resolveOptions(JSON.parse(JSON.stringify(options))).options).toEqual(options);
    }),
  );
}, 60_000);

it('describes all that it resolves, without its secret', () => {
  fc.assert(
    fc.property(goodOptions, (input) => {
      const sentences = describeOptions(resolveOptions({ ...input, hashSeed: '<secret>' }).options);
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentences.join()).not.toMatch(/undefined|NaN|<secret>/);
    }),
  );
}, 60_000);
