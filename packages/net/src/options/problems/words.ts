// How values, paths and what an option accepts are put into words. Knows no option by name.

import type { OptionNode } from '../schema/option-tree.ts';

/** One step of the way to an option: a name, or an index in a list. */
export type PathStep = string | number;

const LONGEST_SHOWN = 60;
const UNIT_NAMES: ReadonlyMap<string, string> = new Map([['ms', 'milliseconds']]);

/** `targets[1].port`. */
export function pathInWords(path: readonly PathStep[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return step.length <= LONGEST_SHOWN && /^[\w$-]+$/.test(step) ? `.${step}` : `[${shown(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A value as its writer would know it again, on one line and not too long. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}...` : value);
}

/** What an option accepts: `a whole number of milliseconds from 1 to 2147483647`. */
export function expectedBy(node: OptionNode): string {
  if (node.expected !== undefined) return node.expected;
  if (node.enum) return listInWords(node.enum.map(shown), 'or');
  const { type, unit, minimum, exclusiveMinimum, maximum } = node;
  if (type === 'integer') {
    const of = unit === undefined ? '' : ` of ${UNIT_NAMES.get(unit) ?? unit}`;
    return `a whole number${of} from ${minimum} to ${maximum}`;
  }
  if (type === 'number') return `a number greater than ${exclusiveMinimum} and at most ${maximum}`;
  if (type === 'boolean') return 'true or false';
  return node.anyOf ? `an object with ${node.anyOf.map(requiredIn).join(', or with ')}` : 'an object';
}

/** The default of an option with its unit, or undefined when it has none. */
export function defaultOf(node: OptionNode): string | undefined {
  if (node.defaultInWords !== undefined) return node.defaultInWords;
  if (node.default === undefined || typeof node.default === 'object') return undefined;
  return node.unit === undefined ? String(node.default) : `${node.default} ${node.unit}`;
}

/** `500 ms`, `30 s`, `1.5 s`, `10 min`, `24 h`, `30 d`. */
export function durationInWords(ms: number): string {
  if (ms >= 172_800_000 && ms % 86_400_000 === 0) return `${ms / 86_400_000} d`;
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listInWords(items: readonly string[], joint: 'and' | 'or' = 'and'): string {
  return items.join(', ').replace(/, (?=[^,]*$)/, ` ${joint} `);
}

/** Of a list in one sentence at most. */
const MOST_LISTED = 100;

/** `a, b, c`; of a long list the beginning, and how many more there are. */
export function shortList(items: readonly string[]): string {
  const more = items.length - MOST_LISTED;
  return more > 0 ? `${items.slice(0, MOST_LISTED).join(', ')} and ${more} more` : items.join(', ');
}

/** Of one kind in one message at most: whoever has more starts with these. */
const MOST_SHOWN = 20;

/** The first of many things in words, and how many more there are. */
export function firstOf<T>(things: readonly T[], inWords: (thing: T) => string, name: string): string[] {
  const shown = things.slice(0, MOST_SHOWN).map(inWords);
  const more = things.length - shown.length;
  return more === 0 ? shown : [...shown, `... and ${more} more ${more === 1 ? name : `${name}s`}.`];
}

/** `1 process`, `4 processes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function requiredIn(form: OptionNode): string {
  return listInWords(form.required ?? []);
}
