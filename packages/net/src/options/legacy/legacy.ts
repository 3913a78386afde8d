// What LoadBalancer.js 0.9.26 tolerated in its options, put into plain form with one notice each, before validation.
// Only for the options it had: newer ones mean what they say.

import { type PathStep, pathInWords, shown } from '../problems/words.ts';
import { type OptionNode, optionTree } from '../schema/option-tree.ts';
import {
  duration,
  isNoHost,
  isSocketPath,
  nothing,
  processes,
  type Reader,
  wholeNumber,
  yesOrNo,
} from './legacy-readers.ts';

type Fields = Record<string, unknown>;

const READERS: ReadonlyMap<string, Reader> = new Map([
  // 0 is a free port, and nothing at all was never a port.
  ['sourcePort', wholeNumber],
  ['balancerCount', processes],
  ['targetDeactivationDuration', duration],
  ['sessionExpiry', duration],
  ['sessionExpiryInterval', duration],
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

/** The same for one target. */
export function normalizeTarget(input: unknown, path: readonly PathStep[] = [], notices: string[] = []): unknown {
  if (!isRecord(input)) return input;
  const target: Fields = { ...input };
  if (isSocketPath(target.port) && target.path === undefined) {
    const { host, port, ...others } = target;
    notices.push(`${pathInWords([...path, 'port'])} is ${shown(port)}; taken for path, a unix-domain socket.`);
    return { ...others, path: port };
  }
  read(target, 'port', wholeNumber, {}, [...path, 'port'], notices);
  if (target.port !== undefined && target.path === undefined && isNoHost(target.host)) {
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

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
