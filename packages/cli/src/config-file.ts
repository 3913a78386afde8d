// Reads a config file: JSON with comments and trailing commas, resolved to options. Every message says where in the file.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OptionsError, type ResolvedOptions, resolveOptions, secretOptions } from '@lb/net';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

export interface ConfigFile {
  readonly options: ResolvedOptions;
  /** Plain sentences about what works, but is not as plain as it could be. */
  readonly notices: readonly string[];
  /** Absolute. */
  readonly path: string;
  /** Of the file's content; another content has another one. */
  readonly fingerprint: string;
}

/** Thrown for a config file that can't be read or used. The message has a line for each problem and says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: 'UNREADABLE_CONFIG' | 'INVALID_CONFIG';
  readonly problems: readonly string[];

  constructor(code: ConfigError['code'], problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), cause === undefined ? undefined : { cause });
    this.code = code;
    this.problems = problems;
  }
}

/**
 * @param path relative to the working directory, or absolute
 * @throws {ConfigError} with all that is wrong; its cause is the `OptionsError` where the file itself is well formed
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const file = resolve(path);
  const bytes = await readBytes(file);
  const source = new Source(file, decode(bytes, file));
  const root = parse(source);
  try {
    const { options, notices } = resolveOptions(getNodeValue(root), { configDir: dirname(file) });
    return { options, notices, path: file, fingerprint: fingerprintOf(bytes) };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const located = error.problems.map(({ steps, message }) => `${source.line(offsetOf(root, steps))}: ${message}`);
    throw new ConfigError('INVALID_CONFIG', located, error);
  }
}

/** What a file's content is told from another one by. Unlike the content, it gives no secret away. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError('UNREADABLE_CONFIG', [whyUnreadable(file, error)], error);
  });
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    // The decoder leaves out a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError('UNREADABLE_CONFIG', [`${file} is not UTF-8 text. Save it as UTF-8.`], error);
  }
}

function whyUnreadable(file: string, { code, message }: NodeJS.ErrnoException): string {
  const another = 'name another one with --config path';
  if (code === 'ENOENT') {
    return `There is no config file ${file}. Name one with --config path, or put a config.json into the working directory.`;
  }
  if (code === 'EISDIR') {
    return `${file} is a directory. Name the config file in it: --config ${resolve(file, 'config.json')}`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `The config file ${file} may not be read by this user. Change its permissions, or ${another}.`;
  }
  return `The config file ${file} cannot be read (${message}). Make it readable, or ${another}.`;
}

/** The file's one value, in which no name stands twice. */
function parse(source: Source): Node {
  const errors: ParseError[] = [];
  const root = parseTreeOf(source, errors);
  const problems = causesOf(errors, source.text).map((error) => explain(error, source));
  if (problems.length > 0) throw new ConfigError('INVALID_CONFIG', problems);
  if (root === undefined) {
    const least = '{ "sourcePort": 80, "targets": [{ "host": "localhost", "port": 8000 }] }';
    const message = `The config file ${source.file} is empty. Write at least this into it: ${least}`;
    throw new ConfigError('INVALID_CONFIG', [message]);
  }
  const duplicates = duplicatesIn(root, source);
  if (duplicates.length > 0) throw new ConfigError('INVALID_CONFIG', duplicates);
  return root;
}

function parseTreeOf({ file, text }: Source, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError('INVALID_CONFIG', [`The config file ${file} has lists or objects nested too deep.`], error);
  }
}

/** The errors without those that only follow from one before: right behind it, or after a name that was not understood. */
function causesOf(errors: readonly ParseError[], text: string): ParseError[] {
  const causes: ParseError[] = [];
  errors.forEach((error, index) => {
    const cause = causes.at(-1);
    const isBehind = cause !== undefined && text.slice(cause.offset + cause.length, error.offset).trim() === '';
    const lacksName = codeOf(errors[index - 1]) === 'PropertyNameExpected' && codeOf(error) === 'ValueExpected';
    if (!isBehind && !lacksName) causes.push(error);
  });
  return causes;
}

function codeOf(error: ParseError | undefined): string {
  return error === undefined ? 'none' : printParseErrorCode(error.error);
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this is not JSON; names and text stand in double quotes'],
  ['InvalidNumberFormat', 'this is not a number'],
  ['PropertyNameExpected', 'expected the name of an option in double quotes'],
  ['ValueExpected', 'expected a value'],
  ['ColonExpected', 'expected a colon before this'],
  ['CommaExpected', 'expected a comma before this'],
  ['CloseBraceExpected', 'expected a closing brace }'],
  ['CloseBracketExpected', 'expected a closing bracket ]'],
  ['EndOfFileExpected', 'expected nothing after the config has ended'],
  ['InvalidCommentToken', 'this comment is not complete'],
  ['UnexpectedEndOfComment', 'this comment is never closed by */'],
  ['UnexpectedEndOfString', 'this text has no closing double quote'],
  ['UnexpectedEndOfNumber', 'this number is not complete'],
  ['InvalidUnicode', 'expected four hexadecimal digits after \\u'],
  ['InvalidEscapeCharacter', 'this character cannot follow a backslash; write \\\\ for a backslash'],
  ['InvalidCharacter', 'text cannot hold a tab or another control character; write \\t for a tab'],
]);

function explain(error: ParseError, source: Source): string {
  const code = codeOf(error);
  return `${source.position(error.offset)}: ${EXPLANATIONS.get(code) ?? code}\n    ${source.textAt(error.offset)}`;
}

/** Names that an object has twice: the last one would win without a word. */
function duplicatesIn(node: Node, source: Source): string[] {
  const seen = new Map<string, Node>();
  return (node.children ?? []).flatMap((child) => {
    if (child.type !== 'property') return duplicatesIn(child, source);
    const [name, value] = child.children ?? [];
    const inner = value === undefined ? [] : duplicatesIn(value, source);
    const first = seen.get(name?.value);
    if (first === undefined) {
      seen.set(name?.value, child);
      return inner;
    }
    const at = source.lineNumber(first.offset);
    const message = `${JSON.stringify(name?.value)} is given twice, first in line ${at}. Keep one of them.`;
    return [`${source.line(child.offset)}: ${message}`, ...inner];
  });
}

/** Where an option stands, or what it is missing from. */
function offsetOf(root: Node, steps: readonly (string | number)[]): number {
  const node = findNodeAtLocation(root, [...steps]);
  if (node === undefined) return steps.length === 0 ? root.offset : offsetOf(root, steps.slice(0, -1));
  return node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

const LONGEST_LINE = 120;

/** A file's text, and the places in it. */
class Source {
  readonly file: string;
  readonly text: string;
  readonly #shownLines: readonly string[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#shownLines = withoutSecrets(text).split(/\r\n|\r|\n/);
  }

  /** `file:line`. */
  line(offset: number): string {
    return `${this.file}:${this.lineNumber(offset)}`;
  }

  /** `file:line:column`. */
  position(offset: number): string {
    return `${this.line(offset)}:${this.#column(offset)}`;
  }

  lineNumber(offset: number): number {
    return this.#linesBefore(offset).length;
  }

  /** The text of a line, or what surrounds the place in a long one. Without secrets. */
  textAt(offset: number): string {
    const text = this.#shownLines[this.lineNumber(offset) - 1] ?? '(not shown)';
    if (text.length <= LONGEST_LINE) return text.trim();
    const from = Math.max(0, this.#column(offset) - LONGEST_LINE / 2);
    return `...${text.slice(from, from + LONGEST_LINE)}...`;
  }

  #column(offset: number): number {
    return (this.#linesBefore(offset).at(-1) ?? '').length + 1;
  }

  #linesBefore(offset: number): string[] {
    return this.text.slice(0, offset).split(/\r\n|\r|\n/);
  }
}

/** The text with secrets masked. Where a secret's end is in doubt, nothing after it is shown. */
function withoutSecrets(text: string): string {
  const name = `(?:${secretOptions.join('|')})(?:["']\\s*:?|\\s*[:=])\\s*`;
  const value = '(?:"(?:[^"\\\\\\r\\n]|\\\\.)*"(?=\\s*(?:[,}/]|$))|[^]*)';
  return text.replace(new RegExp(`(${name})${value}`, 'gi'), '$1"(not shown)"');
}
