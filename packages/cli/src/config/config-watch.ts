// Notices when a config file's content changes, however it is replaced: written over, renamed into place, or behind a link.
// It watches folders, since a watch on a file stays with the old one when another takes its name.
import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import type { Log } from '@lb/net';
import { readPlainFile } from '@lb/net/internal';
import { fingerprintOf, MOST_BYTES } from './config-text.ts';
import { foldersToWatch } from './watched-folders.ts';

/** ms without another event, after which a change is taken for complete. */
const QUIET = 200;
/** ms after which a file that is written again and again is looked at all the same. */
const LONGEST_WAIT = 1_000;
/** Changes of other files in the folder, such as a log, after which each further one is followed by ms without a watch. Each wakes this process. */
const MOST_OTHERS = 10;
const REST = 4_000;

export interface ConfigWatchOptions {
  /** Absolute. */
  readonly path: string;
  /** Of the content that is in use. */
  readonly fingerprint: string;
  readonly onChange: () => void;
  readonly log: Log;
}

export class ConfigWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #log: Log;
  #watchers: FSWatcher[] = [];
  #seen: string;
  #timer: NodeJS.Timeout | undefined;
  /** Changes of other files since the last one of this file. */
  #others = 0;
  #firstEvent: number | undefined;
  #hasComplained = false;

  constructor({ path, fingerprint, onChange, log }: ConfigWatchOptions) {
    this.#path = path;
    this.#seen = fingerprint;
    this.#onChange = onChange;
    this.#log = log;
    this.#watchFolders();
    // It may have changed since it was read.
    this.#noticed();
  }

  /** Tells it that a content was read by somebody else, so that it is no news. */
  saw(fingerprint: string): void {
    this.#seen = fingerprint;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  #noticed(): void {
    const now = performance.now();
    this.#firstEvent ??= now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET, this.#firstEvent + LONGEST_WAIT - now));
    this.#timer = setTimeout(() => this.#look(), wait).unref();
  }

  /** Another file of the folder has changed. */
  #rest(): void {
    this.#others += 1;
    if (this.#timer || this.#others <= MOST_OTHERS) return;
    this.#unwatch();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#watchFolders();
      if (contentOf(this.#path) !== this.#seen) this.#noticed();
    }, REST).unref();
  }

  #look(): void {
    this.#timer = undefined;
    this.#firstEvent = undefined;
    // First the watches, then the content: what changes in between is heard.
    this.#watchFolders();
    const content = contentOf(this.#path);
    if (content === this.#seen) return;
    this.#seen = content;
    this.#others = 0;
    this.#onChange();
  }

  /** Anew each time: a folder of the same name may be another one by now. */
  #watchFolders(): void {
    this.#unwatch();
    this.#watchers = [...foldersToWatch(this.#path)].flatMap(([folder, names]) => this.#watch(folder, names) ?? []);
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #watch(folder: string, names: ReadonlySet<string>): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // What becomes of the folder itself comes under its own name.
        if (name === null || names.has(name) || name === basename(folder)) this.#noticed();
        else this.#rest();
      });
      return watcher.on('error', (error) => this.#complain(folder, error));
    } catch (error) {
      this.#complain(folder, error as Error);
      return undefined;
    }
  }

  /** Once: it is tried again at each change of another folder. */
  #complain(folder: string, { message }: Error): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#log.warn(
      { folder, reason: message },
      `changes in ${folder} cannot be watched (${message}): reload by "loadbalancer reload" or SIGHUP`,
    );
  }
}

/** A fingerprint, or why there is none. */
function contentOf(path: string): string {
  try {
    return fingerprintOf(readPlainFile(path, MOST_BYTES));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}
