// What comes from elsewhere, so that it can be printed: no character in it moves the cursor, changes colors or hides another one.

/** Controls (escape sequences begin with one), invisible formatting such as a change of direction, line separators, halves of a pair. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The same value with such characters written as in JSON (`\u001b`), in all texts and names in it. */
export function printable<T>(value: T): T;
export function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNPRINTABLE, escaped);
  if (Array.isArray(value)) return value.map((item) => printable(item));
  if (typeof value !== 'object' || value === null) return value;
  // biome-ignore lint/plugin: it has the names that the value had, and is no map to look up other ones in
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [printable(name), printable(item)]));
}

/** A text whose lines stay lines. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map(printable<string>)
    .join('\n');
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
