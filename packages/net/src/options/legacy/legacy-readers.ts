// How LoadBalancer.js 0.9.26 read single values that are not in plain form: as JavaScript does, without looking at their type.
// What it could make nothing of is left as it is, for the schema to refuse.

import { defaultOf } from '../problems/words.ts';
import type { OptionNode } from '../schema/option-tree.ts';

/** What a value is taken for, with the words for it; `undefined` as the value stands for the default. */
export interface Reading {
  readonly value: unknown;
  readonly words: string;
}

/** How 0.9.26 read a value of one option, or undefined when it is plain or wrong. */
export type Reader = (value: unknown, node: OptionNode) => Reading | undefined;

export const nothing: Reader = (value, node) => {
  const isNothing = value === null || value === '' || value === false || numberOf(value) === 0;
  if (!isNothing) return undefined;
  const standard = defaultOf(node);
  return { value: undefined, words: standard === undefined ? 'none' : `the default, ${standard}` };
};

/** Text for a whole number: `"80"`, `" 80 "`, `"0x50"`. */
export const wholeNumber: Reader = (value) => {
  const number = typeof value === 'string' ? numberOf(value) : undefined;
  return Number.isInteger(number) ? { value: number, words: String(number) } : undefined;
};

/** A fraction is rounded, and one out of bounds is the nearest bound: 0.9.26 had no bounds. */
export const duration: Reader = (value, node) => {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = node;
  return nothing(value, node) ?? fitted(value, (number) => Math.min(Math.max(Math.round(number), minimum), maximum));
};

/** For half a process it started one more. None at all it never served with. */
export const processes: Reader = (value, node) => nothing(value, node) ?? fitted(value, Math.ceil);

/** Unlike the others, 0 said something here: no stickiness. Any other number and any text said yes, even "false". */
export const yesOrNo: Reader = (value, node) => {
  if (value === null || value === '') return { value: undefined, words: `the default, ${defaultOf(node)}` };
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  return { value: value !== 0, words: String(value !== 0) };
};

/** Whether a target has no host: 0.9.26 connected to this machine then. It did so for a number or a list, too, which means something else. */
export function isNoHost(host: unknown): boolean {
  return host === undefined || host === null || host === false || host === '';
}

/** Whether a target's port is the path of a unix-domain socket, as Node allowed. */
export function isSocketPath(port: unknown): port is string {
  return typeof port === 'string' && port.startsWith('/');
}

function fitted(value: unknown, fit: (number: number) => number): Reading | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  const fitting = fit(number);
  return fitting === value ? undefined : { value: fitting, words: String(fitting) };
}

/** A number, or text that JavaScript reads as one. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}
