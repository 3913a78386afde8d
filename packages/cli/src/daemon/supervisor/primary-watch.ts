// Finds a primary that hangs, and kills it. Runs in the supervisor, one for each primary. It counts its own looks and no time, so a
// supervisor that was stopped itself, alone or together with its primary, kills nobody. The primary's side is primary/supervisor-heartbeat.ts.
import type { Log } from '@lb/net';
import { longestSilence, lookRegularly } from '@lb/net/internal';
import type { FromPrimary } from '../daemon-messages.ts';

/** ms between two looks. A primary beats as often, so one look may find nothing although it does. */
const LOOK = 1_000;
/** ms in which a primary must have read its config. */
const READING = 30_000;
/** ms that a primary may be silent while it starts, whatever its config says: a start must end. */
const STARTING = 60_000;

export interface WatchMeans {
  readonly pid: number | undefined;
  /** @returns whether it is killed; why not is logged */
  readonly kill: () => boolean;
  readonly configPath: string;
  readonly logPath: string;
  readonly log: Log;
}

export class PrimaryWatch {
  readonly #means: WatchMeans;
  readonly #timer: NodeJS.Timeout;
  /** That of its config. Undefined before the primary has read it. */
  #workerTimeout: number | undefined;
  #hasStarted = false;
  #hasBeaten = false;
  /** Looks in a row without news: a config at first, then any message. */
  #looks = 0;
  #hasWarned = false;
  /** Whether it could not be killed since it was silent: it may respond again, and hang again. */
  #isKept = false;
  #killed: string | undefined;

  /** Watches from now on, until `stop`. */
  constructor(means: WatchMeans) {
    this.#means = means;
    this.#timer = lookRegularly(LOOK, (isLate) => this.#look(isLate));
  }

  /** Why it was killed, and what to do about that. Undefined if it wasn't. */
  get killed(): string | undefined {
    return this.#killed;
  }

  /** To be called with each message of the primary. */
  received(message: FromPrimary): void {
    this.#hasBeaten = true;
    if (message.type === 'settings') this.#workerTimeout = message.workerTimeoutMs;
    if (message.type === 'started') this.#hasStarted = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get #silentMs(): number {
    return this.#looks * LOOK;
  }

  #look(isLate: boolean): void {
    const hasNews = this.#hasBeaten && this.#workerTimeout !== undefined;
    this.#hasBeaten = false;
    if (hasNews) this.#responds();
    else if (!isLate) this.#looks += 1;
    if (this.#workerTimeout === undefined) this.#judgeReading();
    else this.#judgeSilence(this.#workerTimeout);
  }

  #responds(): void {
    const { pid, log } = this.#means;
    if (this.#hasWarned) log.info({ primaryPid: pid }, `the primary (pid ${pid}) responds again`);
    this.#hasWarned = false;
    this.#isKept = false;
    this.#looks = 0;
  }

  #judgeReading(): void {
    if (this.#silentMs < READING) return;
    const { configPath } = this.#means;
    this.#kill(
      `has not read its config ${configPath} within ${READING / 1_000} s`,
      `Its file system may not respond: start again when "cat ${configPath}" shows the file.`,
    );
  }

  #judgeSilence(workerTimeout: number): void {
    const { pid, configPath, logPath, log } = this.#means;
    const silentMs = this.#silentMs;
    const what = `has not responded for ${silentMs / 1_000} s`;
    const longest = this.#hasStarted ? longestSilence(workerTimeout) : STARTING;
    if (longest > 0 && silentMs >= longest) {
      const files = `the config ${configPath}, the files that it names, and the log ${logPath}`;
      return this.#kill(what, `A file system may not respond: check those of ${files}, then start again.`);
    }
    if (this.#hasWarned || workerTimeout === 0 || silentMs < Math.max(2 * LOOK, workerTimeout)) return;
    this.#hasWarned = true;
    log.warn(
      { primaryPid: pid, silentMs },
      `the primary (pid ${pid}) ${what}; it is killed after ${longest / 1_000} s`,
    );
  }

  #kill(what: string, advice: string): void {
    if (this.#isKept) return;
    const { pid, kill, log } = this.#means;
    // Before the log, which may be on the file system that hangs.
    this.#isKept = !kill();
    if (this.#isKept) return;
    this.stop();
    this.#killed = `The primary (pid ${pid}) ${what} and was killed. ${advice}`;
    log.error({ primaryPid: pid, silentMs: this.#silentMs }, `the primary (pid ${pid}) ${what} and is killed`);
  }
}
