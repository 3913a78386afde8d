// When the state of a primary is written: soon after a change, and no more than once a second. While it has something that ages, the file
// says every second that its writer still runs. Runs in the primary. While there is nothing to keep, it has no timer.
import { errorMessage, type PrimaryAgreement } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import type { StateFiles } from './state-files.ts';
import { encodeState } from './state-format.ts';

/** ms between the beginnings of two writes. */
export const PACE = 1_000;
/** ms for which a command or a stop waits until the state is written. */
const PATIENCE = 1_000;

export interface StateKeeperOptions {
  readonly files: Pick<StateFiles, 'write' | 'stamp' | 'close'>;
  readonly agreement: Pick<PrimaryAgreement, 'snapshot' | 'displacedSessions'>;
  /** The path of the config whose state it is. */
  readonly config: string;
  readonly log: Log;
  /** Whether the files have a state that says nothing. */
  readonly isEmpty: boolean;
}

export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #isEmpty: boolean;
  /** The lists and the addresses of targets in what was written last, as text. */
  #targets = '[[],[],false]';
  /** Whether what was written last grows old: sessions and suspensions do. */
  #isAgeing = false;
  #isChanged = false;
  #hasBegun = false;
  #hasFailed = false;
  #isEnding = false;
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #begun = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    this.#isEmpty = options.isEmpty;
  }

  /** To be called when a worker accepts connections. Before that nothing is written, so that a start that fails leaves what the files have. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { lists } = this.#options.agreement.snapshot(performance.now());
    if (!this.#isEmpty || lists.length > 0) this.changed();
  }

  /** To be called when the state may have changed. */
  changed(): void {
    this.#isChanged = true;
    this.#writeLater();
  }

  /** Resolves when what holds now has been written, or could not be, or takes too long. */
  async flush(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([this.#flush(), patience]);
    clearTimeout(timer);
  }

  /** Writes for the last time, and that this is the end. Resolves when the files may belong to another primary. */
  close(): Promise<void> {
    this.#isEnding = this.#hasBegun;
    this.#isChanged ||= this.#isEnding;
    this.#closing ??= this.flush().then(() => {
      this.#isClosed = true;
      clearTimeout(this.#timer);
      // A write that hangs still uses the descriptors.
      if (!this.#writing) this.#options.files.close();
    });
    return this.#closing;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    if (!this.#isChanged || this.#isClosed) return;
    clearTimeout(this.#timer);
    await this.#write();
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
    const wasChanged = this.#isChanged;
    try {
      if (!wasChanged) await files.stamp();
      else if (!(await this.#save())) return;
      if (this.#hasFailed) log.info({}, 'the state file is written again');
      this.#hasFailed = false;
    } catch (error) {
      this.#isChanged ||= wasChanged;
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const reason = errorMessage(error);
      log.error({ reason }, `the state file cannot be written, and the next primary may not find it: ${reason}`);
    }
  }

  /** @returns whether there was something to be written */
  async #save(): Promise<boolean> {
    const { files, agreement, config } = this.#options;
    const snapshot = agreement.snapshot(performance.now());
    this.#isChanged = false;
    const ages = agreement.displacedSessions > 0 || snapshot.suspensions.length > 0;
    const isEmpty = !ages && snapshot.modes.length === 0;
    const ended = this.#isEnding && snapshot.lists.length > 0;
    const targets = JSON.stringify([snapshot.lists, snapshot.addresses, ended]);
    if (isEmpty && this.#isEmpty && targets === this.#targets) return false;
    await files.write(encodeState(snapshot, { config, at: Date.now(), ended }));
    this.#isEmpty = isEmpty;
    this.#targets = targets;
    this.#isAgeing = ages;
    return true;
  }
}
