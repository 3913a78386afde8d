// A config file's text, and the places in it: for messages that say where. It doesn't read the file.
import { secretOptions } from '@lb/net';

const LONGEST_LINE = 120;

export class ConfigSource {
  readonly file: string;
  readonly text: string;
  /** Where each line begins. */
  readonly #lines: readonly number[];
  #shownLines: readonly string[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lines = [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: end }) => index + end.length)];
  }

  /** `file:line`. */
  line(offset: number): string {
    return `${this.file}:${this.lineNumber(offset)}`;
  }

  /** `file:line:column`. */
  position(offset: number): string {
    return `${this.line(offset)}:${this.#column(offset)}`;
  }

  /** From 1. */
  lineNumber(offset: number): number {
    let [from, to] = [0, this.#lines.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((this.#lines[middle] as number) <= offset) from = middle;
      else to = middle;
    }
    return from + 1;
  }

  /** The text of a line, or what surrounds the place in a long one. Without secrets. */
  textAt(offset: number): string {
    this.#shownLines ??= withoutSecrets(this.text).split(/\r\n|\r|\n/);
    const text = this.#shownLines[this.lineNumber(offset) - 1] ?? '(not shown)';
    if (text.length <= LONGEST_LINE) return text.trim();
    const from = Math.max(0, this.#column(offset) - LONGEST_LINE / 2);
    return `...${text.slice(from, from + LONGEST_LINE)}...`;
  }

  #column(offset: number): number {
    return offset - (this.#lines[this.lineNumber(offset) - 1] as number) + 1;
  }
}

/** The text with secrets masked. Where a secret's end is in doubt, nothing after it is shown. */
function withoutSecrets(text: string): string {
  const name = `(?:${secretOptions.join('|')})(?:["']\\s*:?|\\s*[:=])\\s*`;
  const value = '(?:"[^"\\\\\\r\\n]*(?:\\\\.[^"\\\\\\r\\n]*)*"(?=\\s*(?:[,}/]|$))|[^]*)';
  return text.replace(new RegExp(`(${name})${value}`, 'gi'), '$1"(not shown)"');
}
