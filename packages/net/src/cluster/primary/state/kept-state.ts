// What a primary keeps for the next one, and what it finds of the one before. Runs in the primary. The files are a help and no condition:
// whatever is wrong with them is logged once, and the balancer runs without.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { errorMessage, NOTHING_RESUMED, type PrimaryAgreement, type Resumed } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import type { PoolOptions, ProcessOptions } from '../../../options/index.ts';
import type { Predecessors } from '../predecessors.ts';
import { StateFiles } from './state-files.ts';
import { decodeState, type KeptState } from './state-format.ts';
import { PACE, StateKeeper } from './state-keeper.ts';

/** ms for which the address of a target counts after the end of the primary that has left it. */
const LONGEST_ADDRESS = 3_600_000;

/** Where the state of a balancer is kept. */
export interface StateOptions {
  /** A folder that nobody else can write to. */
  readonly folder: string;
  /** Makes the folder again if it was removed. @throws {Error} when it is not this user's alone. @default it is not made again */
  readonly makeFolder?: (() => void) | undefined;
  /** The absolute path of the config: another config has other files. */
  readonly config: string;
  /** Whether what an earlier primary has kept is forgotten. */
  readonly isFresh?: boolean | undefined;
  /** @default workers of an earlier primary are taken to serve clients for as long as they may */
  readonly predecessors?: Predecessors | undefined;
}

/** What a state is taken over for. */
export interface Successor {
  readonly agreement: PrimaryAgreement;
  readonly options: Pick<PoolOptions & ProcessOptions, 'shutdownTimeout' | 'stickiness' | 'maxSessions'>;
  /** The port, where the system has chosen it. */
  readonly port?: number | undefined;
  readonly log: Log;
}

export interface Continued {
  /** Absent where no file can be used. */
  readonly keeper?: StateKeeper | undefined;
  /** Why there is no keeper. */
  readonly unusable?: string | undefined;
  readonly resumed: Resumed;
  /**
   * For how many ms connections of the earlier primary may still be there; negative: for how many there have been none. Absent where it has
   * left no list of targets.
   */
  readonly heldFor?: number | undefined;
  /** Which process that primary was. */
  readonly writer?: string | undefined;
}

/** The names of a balancer's two files. */
export function statePaths({ folder, config }: StateOptions, port?: number): [string, string] {
  const name = createHash('sha256')
    .update(JSON.stringify([config, port]))
    .digest('hex')
    .slice(0, 16);
  return [join(folder, `${name}.0.state`), join(folder, `${name}.1.state`)];
}

/** Takes over what an earlier primary has kept, and keeps the state from now on. */
export function continueState(state: StateOptions, successor: Successor): Continued {
  const { agreement, port, log } = successor;
  const paths = statePaths(state, port);
  try {
    state.makeFolder?.();
    const files = StateFiles.open(paths);
    if (state.isFresh) files.clear();
    const isEmpty = files.isBlank;
    const found = isEmpty ? undefined : takeOver(files, { ...state, path: paths[0] }, successor);
    return {
      keeper: new StateKeeper({ ...state, files, agreement, log, isEmpty, writer: state.predecessors?.self }),
      resumed: NOTHING_RESUMED,
      ...found,
    };
  } catch (error) {
    const reason = errorMessage(error);
    log.warn(
      { reason },
      `no state is kept: if this primary dies, the next one knows no displaced sessions and no modes: ${reason}`,
    );
    return { unusable: reason, resumed: NOTHING_RESUMED };
  }
}

function takeOver(
  files: StateFiles,
  { config, path }: Pick<StateOptions, 'config'> & { readonly path: string },
  { agreement, options, log }: Successor,
): Omit<Continued, 'keeper' | 'unusable'> | undefined {
  const content = files.read();
  const kept = content && decodeState(content.text, config);
  if (!kept) {
    log.warn({ path }, `the state file ${path} is damaged or is that of another config: it is ignored`);
    return undefined;
  }
  const age = Date.now() - content.alive;
  const isAgeKnown = age >= 0 && kept.at <= content.alive;
  // Since it last said that it runs, its writer may have run on for as long as the pace.
  const heldFor = isAgeKnown ? options.shutdownTimeout + PACE - age : Number.NEGATIVE_INFINITY;
  const resumed = agreement.resume(fitting(kept, Date.now() - kept.at, options), heldFor, performance.now());
  const { modes, suspensions, sessions } = resumed;
  for (const [target, mode] of modes)
    log.warn({ target, mode }, `target ${target} is ${mode}, as it was under the last primary`);
  if (sessions + suspensions.length > 0) {
    const suspended = suspensions.map(([target]) => target);
    log.info(
      { sessions, suspended },
      `took over from the last primary: displaced sessions (${sessions}), suspended targets (${suspended.length})`,
    );
  } else if (kept.sessions.length > 0) {
    const why = isAgeKnown ? 'too old' : 'of unknown age, since the time in it is in the future';
    log.info({ path }, `the sessions in the state file ${path} are ignored: they are ${why}`);
  }
  // When a writer that has not said that it ends has ended is not known.
  const sinceEnd = kept.ended ? Math.max(Date.now() - kept.at, 0) : 0;
  // The address of a server may be that of another one after some time.
  const addresses = sinceEnd < LONGEST_ADDRESS ? resumed.addresses : [];
  return {
    resumed: { ...resumed, addresses },
    writer: kept.writer,
    heldFor: resumed.lists.length > 0 ? options.shutdownTimeout - sinceEnd : undefined,
  };
}

/** What of a state these options have a use for, as it is after `gap` ms. */
function fitting(
  { sessions, suspensions, ...kept }: KeptState,
  gap: number,
  { stickiness, maxSessions }: Successor['options'],
): KeptState {
  return {
    ...kept,
    suspensions: suspensions.map(([target, cause, left]) => [target, cause, Math.max(left - gap, 0)]),
    sessions: stickiness ? sessions.slice(-maxSessions) : [],
  };
}
