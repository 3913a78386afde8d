// What comes from elsewhere, so that it can be printed: no character in it moves the cursor, changes colors or hides another one.

/** Controls (escape sequences begin with one), invisible formatting such as a change of direction, line separators, halves of a pair. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The same value with such characters written as in JSON (`\u001b`), in all texts and names in it. */
export function printable<T>(value: T): T {
  return mapTexts(value, inOneLine);
}

/** As `printable`, but lines stay lines. */
export function printableLines<T>(value: T): T {
  return mapTexts(value, (text) => text.split('\n').map(inOneLine).join('\n'));
}

function mapTexts<T>(value: T, map: (text: string) => string): T;
function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.entries(value).map(([name, item]) => [map(name), mapTexts(item, map)]);
  // biome-ignore lint/plugin: it has the names that the value had, and is no map to look up other ones in
  return Object.fromEntries(mapped);
}

function inOneLine(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
