// The content of a state file: a snapshot of the agreement as lines of JSON. Pure; it reads no file. What is read may have been written by a
// user with fewer rights, so each field is checked.
import { isIP } from 'node:net';
import type {
  AddressNotice,
  AgreementSnapshot,
  ModeNotice,
  PastList,
  PlacementNotice,
  SuspensionNotice,
} from '@lb/core';
import {
  arePastLists,
  type Check,
  hasFields,
  isDuration,
  isFlag,
  isListOf,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
  MOST_SNAPSHOT_SESSIONS,
  MOST_TARGETS,
} from '@lb/core/internal';

/** What a state file has in its first line. Fields that are not known are left alone, so that a later release can add some. */
interface StateHead {
  /** Whose state it is: the absolute path of the config. */
  readonly config: string;
  /** When it was written, in ms since the epoch. */
  readonly at: number;
  /** Whether its writer was stopping. Otherwise it ran on, for how long is not known. */
  readonly ended?: boolean | undefined;
  /** Which process has written it, as `Predecessors` names it. */
  readonly writer?: string | undefined;
  readonly modes: readonly ModeNotice[];
  readonly suspensions: readonly SuspensionNotice[];
  readonly addresses: readonly AddressNotice[];
  readonly lists: readonly PastList[];
}

/** The other lines: sessions in pieces, by target. */
type SessionLine = readonly (readonly [target: string, clientKeys: readonly string[]])[];

export interface KeptState extends Omit<StateHead, 'config'>, AgreementSnapshot {
  readonly sessions: readonly PlacementNotice[];
}

/** Sessions in a line. One line is made at a time, so that a large state does not hold the event loop. */
const PIECE = 2_000;
/** The head, the sessions, and what follows the last end of a line. */
const MOST_LINES = 2 + Math.ceil(MOST_SNAPSHOT_SESSIONS / PIECE);
/** UTF-16 units: more than 10,000 targets or 2,000 client keys need. A longer line is not parsed, since that would take much memory. */
const LONGEST_LINE = 8 * 1024 * 1024;

const isTarget = isText(512);
const isAddress: Check = (value) => isText(128)(value) && isIP(value as string) > 0;
const isHead = hasFields<StateHead>({
  config: isText(4096),
  at: isDuration,
  ended: isOptional(isFlag),
  writer: isOptional(isText(256)),
  modes: isListOf(isTupleOf(isTarget, isOneOf('draining', 'disabled')), MOST_TARGETS),
  suspensions: isListOf(isTupleOf(isTarget, isOneOf('failed', 'deactivated'), isDuration), MOST_TARGETS),
  addresses: isListOf(isTupleOf(isTarget, isAddress), MOST_TARGETS),
  lists: arePastLists,
});
const isLine = isListOf(isTupleOf(isTarget, isListOf(isText(256), PIECE)), PIECE);

/** @returns the content, a line at a time: sessions are read as their line is made */
export function* encodeState(
  { modes, suspensions, addresses, lists, sessions }: AgreementSnapshot,
  { config, at, ended, writer }: Pick<StateHead, 'config' | 'at' | 'ended' | 'writer'>,
): Generator<string, void, void> {
  const head: StateHead = { config, at, ended, writer, modes, suspensions, addresses, lists };
  yield `${JSON.stringify(head)}\n`;
  let byTarget = new Map<string, string[]>();
  let count = 0;
  for (const [clientKey, target] of sessions) {
    const clientKeys = byTarget.get(target);
    if (clientKeys) clientKeys.push(clientKey);
    else byTarget.set(target, [clientKey]);
    count += 1;
    if (count % PIECE > 0) continue;
    yield lineOf(byTarget);
    byTarget = new Map();
  }
  if (byTarget.size > 0) yield lineOf(byTarget);
}

function lineOf(byTarget: ReadonlyMap<string, readonly string[]>): string {
  const line: SessionLine = [...byTarget];
  return `${JSON.stringify(line)}\n`;
}

/** @returns `undefined` for what is no state, or is that of another config */
export function decodeState(content: string, config: string): KeptState | undefined {
  const [first = '', ...lines] = content.split('\n', MOST_LINES + 1);
  const head = parsed(first, isHead) as StateHead | undefined;
  // Each line that was written has its end.
  if (!head || head.config !== config || lines.pop() !== '') return undefined;
  const sessions: PlacementNotice[] = [];
  for (const line of lines) {
    const pieces = parsed(line, isLine) as SessionLine | undefined;
    if (!pieces) return undefined;
    for (const [target, clientKeys] of pieces) {
      for (const clientKey of clientKeys) sessions.push([clientKey, target]);
    }
    if (sessions.length > MOST_SNAPSHOT_SESSIONS) return undefined;
  }
  const { at, ended, writer, modes, suspensions, addresses, lists } = head;
  return { at, ended, writer, modes, suspensions, addresses, lists, sessions };
}

/** What a line has, if it is no longer than one may be, is JSON and passes the check. */
function parsed(line: string, check: Check): unknown {
  if (line.length > LONGEST_LINE) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
