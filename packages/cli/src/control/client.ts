// Speaking to one balancer over its control socket. Which balancers there are is running.ts's business.
import { request } from 'node:http';
import { dirname } from 'node:path';
import { CommandError } from '../command-error.ts';
import { printable, printableLines } from '../printable.ts';
import { isNobody } from './dead-socket.ts';
import { checkControlFolder, controlFolder, socketPath } from './folder.ts';
import {
  type ErrorDocument,
  MODE_PATHS,
  type ModeDocument,
  patienceOf,
  RELOAD_PATH,
  type ReloadDocument,
  SESSIONS_PATH,
  type SessionDocument,
  type SettableMode,
  STATUS_PATH,
  STOP_PATH,
  type StatusDocument,
  type StopDocument,
  TARGETS_PATH,
  type TargetsDocument,
} from './protocol.ts';

/** ms beyond what a balancer gives itself, after which it must be stuck. */
const GRACE = 1_000;
/** Characters of an answer at most: more than 10,000 targets and 1,024 processes need, and less than a text can have. */
const LONGEST_ANSWER = 256 * 1024 * 1024;
/** Characters of an answer that is not understood, in a message. */
const LONGEST_SHOWN = 1_000;

/** A balancer that is there has not answered. */
export class SilenceError extends CommandError {}

/**
 * What an answer says is safe to print. Every call rejects with a `CommandError` that says what to do, or with the system's
 * error when nobody is there.
 */
export class ControlClient {
  readonly index: number;
  /** Of the control socket. */
  readonly path: string;
  readonly #longest: number;

  /** @param longest characters of an answer that are read at most */
  constructor(index: number, folder: string = controlFolder(), longest: number = LONGEST_ANSWER) {
    this.#longest = longest;
    this.index = index;
    this.path = socketPath(folder, index);
  }

  status(): Promise<StatusDocument> {
    return this.#ask('GET', STATUS_PATH) as Promise<StatusDocument>;
  }

  targets(): Promise<TargetsDocument> {
    return this.#ask('GET', TARGETS_PATH) as Promise<TargetsDocument>;
  }

  /** Where a client goes, and why. */
  session(clientAddress: string): Promise<SessionDocument> {
    const query = new URLSearchParams({ client: clientAddress });
    return this.#ask('GET', SESSIONS_PATH, `?${query}`) as Promise<SessionDocument>;
  }

  /** Reads its config file again. */
  reload(): Promise<ReloadDocument> {
    return this.#ask('POST', RELOAD_PATH) as Promise<ReloadDocument>;
  }

  /** @param target `10.0.0.1:8000`, `[::1]:80` or `unix:/run/app.sock` @param isForced whether it may be the last one in use */
  setMode(target: string, mode: SettableMode, isForced = false): Promise<ModeDocument> {
    return this.#ask('POST', MODE_PATHS[mode], '', {
      target,
      ...(isForced && { force: true }),
    }) as Promise<ModeDocument>;
  }

  stop(): Promise<StopDocument> {
    return this.#ask('POST', STOP_PATH) as Promise<StopDocument>;
  }

  #ask(method: string, path: string, query = '', body?: object): Promise<unknown> {
    const patience = patienceOf(path) + GRACE;
    return new Promise((resolve, reject) => {
      checkControlFolder(dirname(this.path));
      const question = { socketPath: this.path, method, path: path + query, agent: false };
      const asked = request(question, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          if (text.length + part.length > this.#longest) response.destroy(this.#excess());
          else text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          const isDone = response.statusCode === 200;
          const answer = parsed(text, isDone ? printable : (value) => value);
          if (isDone && answer !== undefined) return resolve(answer);
          reject(this.#failure(`${method} ${path}`, response.statusCode, text, answer as ErrorDocument | undefined));
        });
      });
      // For the whole of the answer: one that trickles in would never be idle.
      const timer = setTimeout(() => asked.destroy(this.#silence(path, patience)), patience);
      asked.on('close', () => clearTimeout(timer));
      // The queue of a socket whose owner accepts nothing is full.
      asked.on('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EAGAIN' ? this.#silence(path, 0) : error),
      );
      asked.end(body && JSON.stringify(body));
    });
  }

  /** What a balancer refuses, in its own words; what is not understood, as far as it can be shown. */
  #failure(question: string, status = 0, text: string, answer: ErrorDocument | undefined): CommandError {
    const isForPeople = (status >= 400 && status < 500) || status === 503;
    if (isForPeople && typeof answer?.error === 'string')
      return new CommandError(`Balancer ${this.index}: ${printableLines(answer.error)}`);
    return new CommandError(
      `Balancer ${this.index} answered ${status} to ${question}: ${printableLines(text.slice(0, LONGEST_SHOWN))}`,
    );
  }

  #excess(): CommandError {
    return new CommandError(
      `Balancer ${this.index} answers without end on ${this.path}. Something else may listen there: "ss -xlp" shows it.`,
    );
  }

  /** @param patience ms for which it has been silent; 0 where it was not even asked */
  #silence(path: string, patience: number): SilenceError {
    const isHeard = patience > 0;
    const doing = isHeard && path === RELOAD_PATH ? ' The reload may still go on: its log says what comes of it.' : '';
    const what = isHeard
      ? `has not answered on ${this.path} within ${patience / 1000} s`
      : `accepts no connection on ${this.path}`;
    return new SilenceError(
      `Balancer ${this.index} ${what}.${doing} Its primary may be stuck: "ps -ef | grep loadbalancer:" shows it, and "kill -9" ends it.`,
    );
  }
}

/** Whether an error means that a balancer has ended, before or while it was asked. */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return isNobody(error) || code === 'ECONNRESET' || code === 'EPIPE';
}

/** What an answer says, or `undefined` where that can't be understood, or is deeper than can be followed. */
function parsed(text: string, prepared: (value: unknown) => unknown): unknown {
  try {
    return prepared(JSON.parse(text));
  } catch {
    return undefined;
  }
}
