// What every policy must do, whatever it picks by. A policy's own tests say the rest.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, isEnabled, type Policy } from '../policies/policy.ts';
import { rankables } from './targets.ts';

interface Listed extends Candidate {
  readonly available: boolean;
}

const arbitraryTargets: fc.Arbitrary<Listed[]> = fc
  .array(fc.record({ weight: fc.constantFrom(0.5, 1, 1, 3), enabled: fc.boolean(), available: fc.boolean() }), {
    maxLength: 8,
  })
  .map((list) => rankables(list.map(({ weight }) => weight)).map((target, n) => Object.assign(target, list[n])));

const arbitraryKey = fc.nat({ max: 255 }).map((n) => `192.0.2.${n}`);

/** @param make makes the policy as another process, or another pool, would */
export function describePolicy(name: string, make: () => Policy): void {
  describe(`the policy ${name}`, () => {
    it('gives each eligible target once when those given are no longer eligible, and then none', () => {
      fc.assert(
        fc.property(arbitraryTargets, arbitraryKey, (targets, key) => {
          const choices = make().choices(key);
          const given = new Set<Listed>();
          const isLeft = (target: Listed): boolean => target.available && !given.has(target);
          for (let next = choices.first(targets, isLeft); next; next = choices.first(targets, isLeft)) given.add(next);
          expect(given).toEqual(new Set(targets.filter(({ available }) => available)));
        }),
      );
    });

    it('goes by the list of the moment', () => {
      fc.assert(
        fc.property(arbitraryTargets, arbitraryKey, (targets, key) => {
          const choices = make().choices(key);
          const first = choices.first(targets, isEnabled);
          const others = targets.filter((target) => target !== first);
          const second = choices.first(others, isEnabled);
          expect(second === undefined).toBe(others.filter(isEnabled).length === 0);
          expect(choices.first(targets, isEnabled)).toBe(first);
        }),
      );
    });

    it('changes neither the list nor the targets', () => {
      const targets = Object.freeze(rankables([1, 2, 3]).map((target) => Object.freeze({ ...target, enabled: true })));
      const policy = make();
      for (let n = 0; n < 20; n += 1) expect(policy.choices(`192.0.2.${n}`).first(targets, isEnabled)).toBeDefined();
      policy.home('192.0.2.1', targets);
    });

    it('gives a client the same home in all processes, among the enabled targets alone, or none', () => {
      fc.assert(
        fc.property(arbitraryTargets, arbitraryKey, (targets, key) => {
          const home = make().home(key, targets);
          const policy = make();
          policy.choices(key).first(targets, isEnabled);
          expect(policy.home(key, targets.filter(isEnabled).reverse())).toBe(home);
          if (home) expect(home).toBe(policy.choices(key).first(targets, isEnabled));
        }),
      );
    });
  });
}
