// Notices when a config file's content changes, however it is replaced: written over, renamed into place, or behind a link.
// It watches folders, since a watch on a file stays with the old one when another takes its name.
import { type FSWatcher, watch } from 'node:fs';
import type { Log } from '@lb/net';
import { readPlainFile } from '@lb/net/internal';
import { fingerprintOf, MOST_BYTES } from './config-text.ts';
import { foldersToWatch } from './watched-folders.ts';

/** ms without another event, after which a change is taken for complete. */
const QUIET = 200;
/** ms after which a folder that never comes to rest is looked at all the same. The log may be in it. */
const LONGEST_WAIT = 1_000;

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
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #noticed(): void {
    const now = performance.now();
    this.#firstEvent ??= now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET, this.#firstEvent + LONGEST_WAIT - now));
    this.#timer = setTimeout(() => this.#look(), wait).unref();
  }

  #look(): void {
    this.#firstEvent = undefined;
    // First the watches, then the content: what changes in between is heard.
    this.#watchFolders();
    const content = contentOf(this.#path);
    if (content === this.#seen) return;
    this.#seen = content;
    this.#onChange();
  }

  /** Anew each time: a folder of the same name may be another one by now. */
  #watchFolders(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [...foldersToWatch(this.#path)].flatMap((folder) => this.#watch(folder) ?? []);
  }

  #watch(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#noticed());
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
