// Reads the config file again and hands it to the primary: one after the other, whoever asks. It also keeps the watch on the file.
import type { Log, ReloadAnswer, ResolvedOptions } from '@lb/net';
import { readCompleteConfig } from '../../config/complete-config.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import { ConfigWatch } from '../../config/config-watch.ts';
import { reloadText } from '../../output/reload-text.ts';

export interface ReloadingOptions {
  /** What the balancer has started with. */
  readonly config: ConfigFile;
  /** Puts options into effect, or rejects with why they can't be. */
  readonly apply: (options: ResolvedOptions) => Promise<ReloadAnswer>;
  /** Called with a config that has been read, before it is put into effect. */
  readonly onRead?: ((config: ConfigFile) => void) | undefined;
  /** Hears of a config that has been put into effect, also if only partly. */
  readonly onUse?: ((config: ConfigFile) => void) | undefined;
  readonly log: Log;
}

export interface Reloaded extends ReloadAnswer {
  readonly config: ConfigFile;
}

export class Reloading {
  readonly #apply: ReloadingOptions['apply'];
  readonly #onRead: ReloadingOptions['onRead'];
  readonly #onUse: ReloadingOptions['onUse'];
  readonly #log: Log;
  #config: ConfigFile;
  #watch: ConfigWatch | undefined;
  /** The one that goes on, and the one that waits for it: it has yet to read the file, so it serves all who ask meanwhile. */
  #current: Promise<unknown>;
  #next: Promise<Reloaded> | undefined;
  #begin: () => void = () => {};
  #isClosed = false;

  constructor({ config, apply, onRead, onUse, log }: ReloadingOptions) {
    this.#config = config;
    this.#apply = apply;
    this.#onRead = onRead;
    this.#onUse = onUse;
    this.#log = log;
    this.#current = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
  }

  /** What is in use. */
  get config(): ConfigFile {
    return this.#config;
  }

  /** Reloads nothing before this is called: the balancer must run first. */
  open(): void {
    this.#begin();
    this.#keepWatch();
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#watch = undefined;
  }

  /**
   * Logs what comes of it.
   * @param by who asks, for the log
   * @throws {Error} why nothing has changed, or, with the code `PARTLY_RELOADED`, not all
   */
  reload(by: string): Promise<Reloaded> {
    if (this.#next) return this.#next;
    const turn = this.#current.then(() => {
      this.#next = undefined;
      return this.#reload(by);
    });
    this.#next = turn;
    this.#current = turn.catch(() => {});
    return turn;
  }

  /** As `reload`, for those who are not there to hear: the log says it all. */
  reloadUnheard(by: string): void {
    this.reload(by).catch(() => {});
  }

  async #reload(by: string): Promise<Reloaded> {
    const { path } = this.#config;
    try {
      const config = await readAnew(path);
      this.#watch?.saw(config.fingerprint);
      this.#onRead?.(config);
      for (const notice of config.notices) this.#log.warn({ config: path }, notice);
      const answer = await this.#applied(config);
      this.#log.info({ config: path, by, ...answer }, reloadText(path, answer));
      return { ...answer, config };
    } catch (error) {
      this.#log.error({ config: path, by }, `the reload (${by}) failed: ${(error as Error).message}`);
      throw error;
    }
  }

  async #applied(config: ConfigFile): Promise<ReloadAnswer> {
    try {
      const answer = await this.#apply(config.options);
      this.#use(config);
      return answer;
    } catch (error) {
      // Some of the old workers are left, but what holds from now on is the new config.
      if ((error as { code?: unknown }).code === 'PARTLY_RELOADED') this.#use(config);
      throw error;
    }
  }

  #use(config: ConfigFile): void {
    this.#config = config;
    this.#onUse?.(config);
    this.#keepWatch();
  }

  /** Watches or doesn't, as the config in use says. */
  #keepWatch(): void {
    const { path, fingerprint, options } = this.#config;
    if (!options.watchConfig || this.#isClosed) {
      this.#watch?.close();
      this.#watch = undefined;
      return;
    }
    this.#watch ??= new ConfigWatch({
      path,
      fingerprint,
      onChange: () => this.reloadUnheard('the file has changed'),
      log: this.#log,
    });
  }
}

async function readAnew(path: string): Promise<ConfigFile> {
  try {
    return await readCompleteConfig(path, 'start the balancer with another one');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const goesOn =
      'The balancer goes on with the config it has, and cannot be started again with the new one, in which this is wrong:';
    throw new ConfigError(error.code, [goesOn, ...error.problems], error);
  }
}
