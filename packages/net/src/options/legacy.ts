// What LoadBalancer.js 0.9.26 tolerated in its options, put into plain form with one notice each, before validation.
// Only for the options it had: newer ones mean what they say.

import { type OptionNode, optionTree } from './option-tree.ts';
import { defaultOf, type PathStep, pathInWords, shown } from './words.ts';

type Fields = Record<string, unknown>;

/** What a value is taken for, with the words for it; `undefined` as the value stands for the default. */
interface Reading {
  readonly value: unknown;
  readonly words: string;
}

/** How 0.9.26 read a value of one option, or undefined when it is plain or wrong. */
type Reader = (value: unknown, node: OptionNode) => Reading | undefined;

const nothing: Reader = (value, node) => {
  const isNothing = value === null || value === '' || value === false || value === 0 || digitsOf(value) === 0;
  if (!isNothing) return undefined;
  const standard = defaultOf(node);
  return { value: undefined, words: standard === undefined ? 'none' : `the default, ${standard}` };
};

const digits: Reader = (value) => {
  const number = digitsOf(value);
  return number === undefined ? undefined : { value: number, words: String(number) };
};

const nothingOrDigits: Reader = (value, node) => nothing(value, node) ?? digits(value, node);

/** Unlike the others, 0 said something here: no stickiness. */
const yesOrNo: Reader = (value, node) => {
  if (value === null || value === '') return { value: undefined, words: `the default, ${defaultOf(node)}` };
  return value === 0 || value === 1 ? { value: value === 1, words: String(value === 1) } : undefined;
};

const READERS: ReadonlyMap<string, Reader> = new Map([
  // 0 is a free port, and nothing at all was never a port.
  ['sourcePort', digits],
  ['balancerCount', nothingOrDigits],
  ['targetDeactivationDuration', nothingOrDigits],
  ['sessionExpiry', nothingOrDigits],
  ['sessionExpiryInterval', nothingOrDigits],
  ['stickiness', yesOrNo],
  ['downgradeToUser', nothing],
  ['balancerControllerPath', nothing],
]);

/**
 * Puts what 0.9.26 tolerated into plain form. The input stays as it is, and so do the places of its parts.
 * @returns a copy for the schema to judge, and a sentence for each thing that was read in the old way
 */
export function normalizeLegacy(input: unknown): { input: unknown; notices: string[] } {
  const notices: string[] = [];
  if (!isRecord(input)) return { input, notices };

  const options: Fields = { ...input };
  for (const [name, reader] of READERS) {
    read(options, name, reader, optionTree.properties?.[name] ?? {}, [name], notices);
  }
  if (Array.isArray(options.targets)) {
    options.targets = options.targets.map((target, index) => normalizeTarget(target, ['targets', index], notices));
  }
  for (const [name, { ignored }] of Object.entries(optionTree.properties ?? {})) {
    if (ignored === undefined || options[name] === undefined) continue;
    delete options[name];
    notices.push(`${name} is accepted but ignored: ${ignored}.`);
  }
  return { input: options, notices };
}

function normalizeTarget(input: unknown, path: readonly PathStep[], notices: string[]): unknown {
  if (!isRecord(input)) return input;
  const target: Fields = { ...input };
  read(target, 'port', digits, {}, [...path, 'port'], notices);
  if (target.port !== undefined && target.path === undefined && (target.host ?? '') === '') {
    const given = target.host === undefined ? 'missing' : shown(target.host);
    target.host = 'localhost';
    notices.push(`${pathInWords([...path, 'host'])} is ${given}; taken for localhost.`);
  }
  return target;
}

function read(
  fields: Fields,
  name: string,
  reader: Reader,
  node: OptionNode,
  path: readonly PathStep[],
  notices: string[],
): void {
  if (!Object.hasOwn(fields, name)) return;
  const given = fields[name];
  const reading = reader(given, node);
  if (reading === undefined) return;
  if (reading.value === undefined) delete fields[name];
  else fields[name] = reading.value;
  notices.push(`${pathInWords(path)} is ${shown(given)}; taken for ${reading.words}.`);
}

function digitsOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
