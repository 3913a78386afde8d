// From zod's issues to sentences that name the option, the value as given and what is expected. Validates nothing.

import type * as z from 'zod';
import { formsOf, nodeAt, type OptionNode, optionsIn, optionTree } from '../schema/option-tree.ts';
import { nearestName } from './nearest-name.ts';
import type { OptionProblem } from './options-error.ts';
import { expectedBy, listInWords, type PathStep, pathInWords, shown } from './words.ts';

type Issue = z.core.$ZodIssue;

/** Names in one object for which a known one is looked for: more than there are options. */
const MOST_NAMES = 100;

/** @param given what the user wrote, so that values are shown as they were given */
export function problemsOf(issues: readonly Issue[], given: unknown): OptionProblem[] {
  return issues.flatMap((issue) => explain(issue, { steps: [], node: optionTree, value: given }));
}

export function problem(steps: readonly PathStep[], message: string): OptionProblem {
  return { path: pathInWords(steps), steps, message };
}

/** A place in the options: how to get there, what the schema says of it, and what the user wrote. */
interface Place {
  readonly steps: readonly PathStep[];
  readonly node: OptionNode;
  readonly value: unknown;
}

function explain(issue: Issue, from: Place): OptionProblem[] {
  const path = issue.path as PathStep[];
  const place = follow(from, path);

  if (issue.code === 'unrecognized_keys') return issue.keys.map((name, index) => misplaced(name, place, index));
  if (issue.code === 'invalid_union' && isRecord(place.value)) {
    return (issue.errors[formMeant(place)] ?? []).flatMap((inner) => explain(inner, place));
  }
  if (place.value !== undefined || place.steps.length === 0) return [wrong(place)];
  return isMisspelt(path.at(-1), follow(from, path.slice(0, -1))) ? [] : [missing(place)];
}

function wrong({ steps, node, value }: Place): OptionProblem {
  if (steps.length === 0) {
    const names = listInWords(node.required ?? []);
    return problem(steps, `The options are ${shown(value)}; expected an object with ${names}.`);
  }
  const given = node.secret ? 'wrong (its value is not shown)' : shown(value);
  return problem(steps, `${pathInWords(steps)} is ${given}; expected ${expectedBy(node)}.`);
}

function missing({ steps, node }: Place): OptionProblem {
  return problem(steps, `${pathInWords(steps)} is missing; expected ${expectedBy(node)}.`);
}

/** A name that isn't known in this place, or not beside the others that are there. */
function misplaced(name: string, { steps, node, value }: Place, index: number): OptionProblem {
  const path = [...steps, name];
  const known = [...optionsIn(node).keys()];
  if (known.includes(name)) {
    const other = formsOf(node).find((form) => !optionsIn(form).has(name));
    const present = (other?.required ?? []).filter((required) => memberOf(value, required) !== undefined);
    const message = `${pathInWords(path)} cannot go together with ${listInWords(present)}; expected ${expectedBy(node)}.`;
    return problem(path, message);
  }
  const nearest = index < MOST_NAMES ? nearestName(name, known) : undefined;
  const advice = nearest ? ` Did you mean ${pathInWords([...steps, nearest])}?` : '';
  return problem(path, `${pathInWords(path)} is not an option.${advice}`);
}

/** Of a target's forms, the one to which most of the names belong that are written, or meant by what is written. */
function formMeant({ node, value }: Place): number {
  const known = [...optionsIn(node).keys()];
  const meant = namesIn(value).map((name) => nearestName(name, known));
  const fits = formsOf(node).map((form) => meant.filter((name) => name && optionsIn(form).has(name)).length);
  return fits.indexOf(Math.max(...fits));
}

/** Whether an option is only missing because its name is misspelt, which is told already. */
function isMisspelt(name: PathStep | undefined, { node, value }: Place): boolean {
  const known = [...optionsIn(node).keys()];
  return namesIn(value).some((other) => !known.includes(other) && nearestName(other, known) === name);
}

/** The names that are written in a place, or the first of too many for anything to have been meant by them. */
function namesIn(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).slice(0, MOST_NAMES) : [];
}

function follow(from: Place, path: readonly PathStep[]): Place {
  return {
    steps: [...from.steps, ...path],
    node: nodeAt(from.node, path) ?? {},
    value: path.reduce(memberOf, from.value),
  };
}

function memberOf(value: unknown, step: PathStep): unknown {
  const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
  return isOwn ? (value as Record<PathStep, unknown>)[step] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
