// From options as given to options as used: old habits, schema, targets, what holds between options. Reads no file.

import { resolve } from 'node:path';
import { noticesBetween, problemsBetween } from './checks.ts';
import { normalizeLegacy } from './legacy/legacy.ts';
import { mergeTargets } from './merge-targets.ts';
import { optionNodes } from './option-nodes.ts';
import { localAddresses } from './own-address.ts';
import { OptionsError } from './problems/options-error.ts';
import { problemsOf } from './problems/problems.ts';
import { firstOf } from './problems/words.ts';
import { optionsSchema } from './schema/schema.ts';
import { inspectMasked } from './secrets.ts';
import type { OptionName, ResolvedOptions } from './types.ts';

export interface ResolveContext {
  /** The folder that `balancerControllerPath` is relative to. @default the working directory */
  readonly configDir?: string;
  /** The addresses of this machine, none of which may be a target on our own port. @default those of its interfaces */
  readonly localAddresses?: readonly string[];
}

export interface Resolution {
  readonly options: ResolvedOptions;
  /** Plain sentences: what was given in a way that works, but is not as plain as it could be. The first 20, and how many more there are. */
  readonly notices: readonly string[];
}

/**
 * Validates options and fills in the defaults. The input is not changed; resolved options resolve to themselves.
 * @param input what `BalancerOptions` describes; anything else is refused
 * @throws {OptionsError} with all that is wrong
 */
export function resolveOptions(input: unknown, context: ResolveContext = {}): Resolution {
  const legacy = normalizeLegacy(input);
  const parsed = optionsSchema.safeParse(legacy.input);
  const valid = validPart(legacy.input);
  const merged = mergeTargets(valid.targets ?? []);
  const problems = [
    ...problemsOf(parsed.error?.issues ?? [], input),
    ...merged.problems,
    ...problemsBetween(valid, context.localAddresses ?? localAddresses()),
  ];
  if (!parsed.success || problems.length > 0) throw new OptionsError(problems);

  const options = complete({ ...parsed.data, targets: merged.targets }, context.configDir ?? process.cwd());
  const notices = [...legacy.notices, ...merged.notices, ...noticesBetween(options)];
  return { options, notices: firstOf(notices, (notice) => notice, 'notice') };
}

type Output = ReturnType<typeof optionsSchema.parse>;

/** The options that are right by themselves, so that what is wrong between them can be told along with the rest. */
function validPart(input: unknown): Partial<Output> {
  if (typeof input !== 'object' || input === null) return {};
  const given = new Map(Object.entries(input));
  const valid: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(optionsSchema.shape)) {
    const { success, data } = schema.safeParse(given.get(name));
    if (success) valid[name] = data;
  }
  return valid;
}

function complete(output: ResolvedOptions, configDir: string): ResolvedOptions {
  const options = { ...output };
  for (const name of Object.keys(options) as OptionName[]) {
    if (!optionNodes.has(name)) Reflect.deleteProperty(options, name); // accepted, and ignored
  }
  const { balancerControllerPath: controller } = options;
  return deepFreeze(
    inspectMasked({
      ...options,
      downgradeToUser: numberIfDigits(options.downgradeToUser),
      downgradeToGroup: numberIfDigits(options.downgradeToGroup),
      balancerControllerPath: controller === undefined ? undefined : resolve(configDir, controller),
    }),
  );
}

function numberIfDigits(account: string | number | undefined): string | number | undefined {
  return typeof account === 'string' && /^\d+$/.test(account) ? Number(account) : account;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
