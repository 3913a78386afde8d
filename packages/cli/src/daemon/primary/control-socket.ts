// The control socket over the life of a primary: it is made again when somebody has removed it, and a primary that is started again serves
// without one until it can have one. What is answered on it: control-handlers.ts.
import type { Log } from '@lb/net';
import { socketPath } from '../../control/folder.ts';
import { REFRESH, refreshFolder } from '../../control/refresh-folder.ts';
import type { ControlHandlers } from '../../control/server/handlers.ts';
import { type ControlServer, openControlServer } from '../../control/server/server.ts';

/** ms between two tries to have one. */
const RETRY = 60_000;

export interface ControlSocketOptions {
  readonly folder: string;
  readonly handlers: (index: number) => ControlHandlers;
  readonly supervisorPid?: number | undefined;
  /** Called each time that it is opened after `keep`. */
  readonly onOpened: (index: number) => void;
  readonly log: Log;
}

export class ControlSocket {
  readonly #options: ControlSocketOptions;
  #server: ControlServer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(options: ControlSocketOptions) {
    this.#options = options;
  }

  /** Undefined while there is none. */
  get index(): number | undefined {
    return this.#server?.index;
  }

  /** @throws {CommandError} when the folder can have none */
  async open(): Promise<void> {
    const { folder, handlers, supervisorPid } = this.#options;
    const server = await openControlServer(folder, handlers, supervisorPid, this.index);
    this.#server?.close();
    this.#server = server;
    if (this.#isClosed) server.close();
  }

  /** As `open`, but does without if there can be none. The first failure is logged. */
  async tryOpening(): Promise<boolean> {
    const { folder, log } = this.#options;
    try {
      await this.open();
      this.#hasFailed = false;
      return true;
    } catch (error) {
      if (this.#hasFailed) return false;
      this.#hasFailed = true;
      const reason = (error as Error).message;
      log.error(
        { folder, reason },
        `this balancer has no control socket, and commands do not reach it: ${reason} This is tried again every minute; a balancer that changes its user has to be started again`,
      );
      return false;
    }
  }

  /** Looks after it from now on. */
  keep(): void {
    if (this.#isClosed) return;
    const isThere = this.#server !== undefined && !this.#hasFailed;
    this.#timer = setTimeout(() => void this.#look(), isThere ? REFRESH : RETRY).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#server?.close();
  }

  async #look(): Promise<void> {
    const { folder, onOpened, log } = this.#options;
    refreshFolder(folder);
    if (this.#server && !this.#server.isGone) this.#hasFailed = false;
    else {
      const isOpen = await this.tryOpening();
      const { index } = this;
      if (isOpen && index !== undefined && !this.#isClosed) {
        log.warn({ index }, `the control socket ${socketPath(folder, index)} is there again`);
        onOpened(index);
      }
    }
    this.keep();
  }
}
