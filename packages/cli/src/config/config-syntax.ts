// A config file's text as a tree: JSON with comments and trailing commas, in which no name stands twice. Options are not known here.
import { firstOf } from '@lb/net/internal';
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { ConfigError } from './config-error.ts';
import type { ConfigSource } from './config-source.ts';

/** Far more than any option has, and far less than what a recursion can follow. */
const DEEPEST = 100;

/** @throws {ConfigError} with what is wrong, and where */
export function parseConfig(source: ConfigSource): Node {
  refuseDepth(source);
  const errors: ParseError[] = [];
  const root = parseTree(source.text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  refuse(causesOf(errors, source.text), (error) => explain(error, source));
  if (root === undefined) {
    const least = '{ "sourcePort": 80, "targets": [{ "host": "localhost", "port": 8000 }] }';
    const message = `The config file ${source.file} is empty. Write at least this into it: ${least}`;
    throw new ConfigError('INVALID_CONFIG', [message]);
  }
  refuse(duplicatesIn(root), ({ name, at, first }) => {
    const shown = JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name);
    return `${source.line(at)}: ${shown} is given twice, first in line ${source.lineNumber(first)}. Keep one of them.`;
  });
  return root;
}

function refuse<Problem>(problems: readonly Problem[], inWords: (problem: Problem) => string): void {
  if (problems.length > 0) throw new ConfigError('INVALID_CONFIG', firstOf(problems, inWords, 'problem'));
}

/** The parser and what works on its tree are recursive. */
function refuseDepth(source: ConfigSource): void {
  const scanner = createScanner(source.text, true);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= source.text.length) return;
    const first = source.text[offset]; // no other kind of token begins with a bracket
    if (first === ']' || first === '}') depth -= 1;
    if (first !== '[' && first !== '{') continue;
    depth += 1;
    if (depth <= DEEPEST) continue;
    const where = source.position(offset);
    const message = `${where}: lists and objects are nested more than ${DEEPEST} deep here. Options need no more than 4; look for brackets that are too many or never closed.`;
    throw new ConfigError('INVALID_CONFIG', [message]);
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

function explain(error: ParseError, source: ConfigSource): string {
  const code = codeOf(error);
  return `${source.position(error.offset)}: ${EXPLANATIONS.get(code) ?? code}\n    ${source.textAt(error.offset)}`;
}

interface Duplicate {
  readonly name: string;
  readonly at: number;
  /** Where the name stands first. */
  readonly first: number;
}

const LONGEST_NAME = 60;

/** Names that an object has twice: the last one would win without a word. */
function duplicatesIn(node: Node, found: Duplicate[] = []): Duplicate[] {
  const seen = new Map<string, number>();
  for (const child of node.children ?? []) {
    if (child.type !== 'property') {
      duplicatesIn(child, found);
      continue;
    }
    const [key, value] = child.children ?? [];
    const name = String(key?.value);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, child.offset);
    else found.push({ name, at: child.offset, first });
    if (value !== undefined) duplicatesIn(value, found);
  }
  return found;
}
