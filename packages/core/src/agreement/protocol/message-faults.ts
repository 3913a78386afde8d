// What is wrong with a message from another process: its type and each of its fields are checked, as the table of its protocol
// says. It knows no protocol itself, and it judges the shape alone: whether a target exists is for the receiver to see.

/** Whether a value may be in a field. */
export type Check = (value: unknown) => boolean;

/** A check for each field, also for one that may be absent. */
export type FieldChecks<T> = { readonly [Field in keyof T]-?: Check };

/** A protocol's checks: those of the fields of each type of message. */
export type MessageChecks<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: FieldChecks<Omit<Extract<Message, { readonly type: Type }>, 'type'>>;
};

/** @returns what says of a message what is wrong with it: half a sentence, or `undefined` when nothing is */
export function faultFinder<Message extends { readonly type: string }>(
  checks: MessageChecks<Message>,
): (message: unknown) => string | undefined {
  const types = new Map(Object.entries<object>(checks).map(([type, fields]) => [type, checksOf(fields)]));
  return (message) => {
    if (!isObject(message)) return 'it is not an object';
    const { type } = message as { type?: unknown };
    const fields = types.get(type as string);
    if (!fields) return faultOfType(type);
    for (const [field, check] of fields) {
      if (!check(message[field])) return `its type is "${type}", and its "${field}" is missing or wrong`;
    }
    return undefined;
  };
}

const LONGEST_SHOWN = 60;

/** What isn't text is not shown: it may be long, or deeper than can be written. */
function faultOfType(type: unknown): string {
  if (type === undefined) return 'it has no type';
  if (typeof type !== 'string') return 'its type is not text';
  return `its type is not known: ${JSON.stringify(type.slice(0, LONGEST_SHOWN))}`;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A whole number from 0. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

/** ms from 0, or another number that is finite and not negative. */
export const isDuration: Check = (value) => Number.isFinite(value) && (value as number) >= 0;

export const isFlag: Check = (value) => typeof value === 'boolean';

/** @param longest in UTF-16 units */
export function isText(longest: number): Check {
  return (value) => typeof value === 'string' && value.length <= longest;
}

export function isOneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function isListOf(item: Check, most: number): Check {
  return (value) => Array.isArray(value) && value.length <= most && value.every(item);
}

/** A list that has one value for each of these checks, in their order. */
export function isTupleOf(...items: readonly Check[]): Check {
  return (value) =>
    Array.isArray(value) && value.length === items.length && items.every((check, index) => check(value[index]));
}

/** An object with these fields. Others are not looked at. */
export function hasFields<T>(checks: FieldChecks<T>): Check {
  const fields = checksOf(checks);
  return (value) => isObject(value) && fields.every(([field, check]) => check(value[field]));
}

function checksOf(fields: object): readonly (readonly [field: string, check: Check])[] {
  return Object.entries(fields);
}
