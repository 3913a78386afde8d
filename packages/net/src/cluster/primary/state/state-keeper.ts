// When the state of a primary is written: soon after a change, and no more than once a second. While it has something that ages, the file
// says every second that its writer still runs. Runs in the primary. While there is nothing to keep, it has no timer but one an hour: files
// that somebody has removed are made again.
import { errorMessage, type PrimaryAgreement } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import type { StateFiles } from './state-files.ts';
import { encodeState } from './state-format.ts';

/** ms between the beginnings of two writes. */
export const PACE = 1_000;
/** ms for which a command or a stop waits until the state is written. */
const PATIENCE = 1_000;
/** ms between two looks whether the files are still there. Each write looks, too. */
const LOOK = 3_600_000;

/** What is written of the lists and addresses, and whether this is the end, in files that are blank. */
const NOTHING_WRITTEN = '[[],[],false]';

export interface StateKeeperOptions {
  readonly files: Pick<StateFiles, 'write' | 'stamp' | 'close' | 'isGone' | 'renew'>;
  /** Makes the folder of the files again if it was removed. @throws {Error} */
  readonly makeFolder?: (() => void) | undefined;
  readonly agreement: Pick<PrimaryAgreement, 'snapshot' | 'displacedSessions'>;
  /** The path of the config whose state it is. */
  readonly config: string;
  /** Which process writes. */
  readonly writer?: string | undefined;
  readonly log: Log;
  /** Whether the files have a state that says nothing. */
  readonly isEmpty: boolean;
}

export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #isEmpty: boolean;
  /** The lists and the addresses of targets in what was written last, as text. */
  #targets = NOTHING_WRITTEN;
  /** Whether what was written last grows old: sessions and suspensions do. */
  #isAgeing = false;
  #isChanged = false;
  #hasBegun = false;
  #isEnding = false;
  /** Why the last write failed. */
  #failure: string | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #begun = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    this.#isEmpty = options.isEmpty;
  }

  /** To be called when a worker accepts connections. Before that nothing is written, so that a start that fails leaves what the files have. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#looking = setInterval(() => void this.#flush(), LOOK).unref();
    const { lists } = this.#options.agreement.snapshot(performance.now());
    if (!this.#isEmpty || lists.length > 0) this.changed();
  }

  /** To be called when the state may have changed. */
  changed(): void {
    this.#isChanged = true;
    this.#writeLater();
  }

  /** Resolves when what holds now has been written, or could not be, or takes too long. @returns why it is not written */
  async flush(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`it was not written within ${PATIENCE / 1_000} s`), PATIENCE);
    });
    const unwritten = await Promise.race([this.#flush(), patience]);
    clearTimeout(timer);
    return unwritten;
  }

  /** Writes for the last time, and that this is the end. Resolves when the files may belong to another primary. */
  close(): Promise<void> {
    this.#isEnding = this.#hasBegun;
    this.#isChanged ||= this.#isEnding;
    this.#closing ??= this.flush().then(() => {
      this.#isClosed = true;
      clearTimeout(this.#timer);
      clearInterval(this.#looking);
      // A write that hangs still uses the descriptors.
      if (!this.#writing) this.#options.files.close();
    });
    return this.#closing;
  }

  async #flush(): Promise<string | undefined> {
    await this.#writing;
    if (this.#isClosed || !(this.#isChanged || this.#options.files.isGone)) return undefined;
    clearTimeout(this.#timer);
    await this.#write();
    return this.#isChanged ? this.#failure : undefined;
  }

  #writeLater(): void {
    if (this.#timer || this.#writing || this.#isClosed || !(this.#isChanged || this.#isAgeing)) return;
    const delay = Math.max(this.#begun + PACE - performance.now(), 0);
    this.#timer = setTimeout(() => void this.#write(), delay).unref();
  }

  #write(): Promise<void> {
    this.#timer = undefined;
    this.#begun = performance.now();
    this.#writing = this.#tryWriting().finally(() => {
      this.#writing = undefined;
      this.#writeLater();
    });
    return this.#writing;
  }

  async #tryWriting(): Promise<void> {
    const { files, log } = this.#options;
    const areGone = files.isGone;
    const wasChanged = this.#isChanged || areGone;
    this.#isChanged = wasChanged;
    try {
      if (areGone) this.#renew();
      if (!wasChanged) await files.stamp();
      else if (!(await this.#save())) return;
      if (this.#failure !== undefined) log.info({}, 'the state file is written again');
      this.#failure = undefined;
    } catch (error) {
      this.#isChanged ||= wasChanged;
      const hasFailedBefore = this.#failure !== undefined;
      const reason = errorMessage(error);
      this.#failure = reason;
      if (hasFailedBefore) return;
      log.error(
        { reason },
        `the state file cannot be written, and the next primary may not know modes and displaced sessions; this is tried again every second: ${reason}`,
      );
    }
  }

  #renew(): void {
    const { files, makeFolder, log } = this.#options;
    makeFolder?.();
    files.renew();
    log.warn({}, 'the state files were removed, and are made again');
    this.#isEmpty = true;
    this.#targets = NOTHING_WRITTEN;
    this.#isAgeing = false;
  }

  /** @returns whether there was something to be written */
  async #save(): Promise<boolean> {
    const { files, agreement, config, writer } = this.#options;
    const snapshot = agreement.snapshot(performance.now());
    this.#isChanged = false;
    const ages = agreement.displacedSessions > 0 || snapshot.suspensions.length > 0;
    const isEmpty = !ages && snapshot.modes.length === 0;
    const ended = this.#isEnding && snapshot.lists.length > 0;
    const targets = JSON.stringify([snapshot.lists, snapshot.addresses, ended]);
    if (isEmpty && this.#isEmpty && targets === this.#targets) return false;
    await files.write(encodeState(snapshot, { config, at: Date.now(), ended, writer }));
    this.#isEmpty = isEmpty;
    this.#targets = targets;
    this.#isAgeing = ages;
    return true;
  }
}
