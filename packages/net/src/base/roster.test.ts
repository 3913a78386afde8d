// A roster is a set, whatever comes, goes, and leaves while all are visited.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Roster } from './roster.ts';

function member(name: number): { readonly name: number; slot: number } {
  return { name, slot: -1 };
}

it('holds what a Set would', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (changes) => {
      const members = Array.from({ length: 10 }, (_, name) => member(name));
      const roster = new Roster<(typeof members)[number]>();
      const set = new Set<number>();
      for (const [adds, name] of changes) {
        const one = members[name] as (typeof members)[number];
        if (adds) roster.add(one);
        else roster.delete(one);
        if (adds) set.add(name);
        else set.delete(name);
      }
      const seen: number[] = [];
      roster.each(({ name }) => seen.push(name));
      expect(seen.sort()).toEqual([...set].sort());
      expect(roster.size).toBe(set.size);
    }),
  );
});

it('visits everyone who stays, whoever leaves meanwhile', () => {
  const leaving = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 10 });
  fc.assert(
    fc.property(leaving, (leavers) => {
      const members = Array.from({ length: 10 }, (_, name) => member(name));
      const roster = new Roster<(typeof members)[number]>();
      for (const one of members) roster.add(one);
      const seen = new Set<number>();
      roster.each(({ name }) => {
        seen.add(name);
        for (const [when, who] of leavers) if (when === name) roster.delete(members[who] as (typeof members)[number]);
      });
      roster.each(({ name }) => expect(seen).toContain(name));
    }),
  );
});
