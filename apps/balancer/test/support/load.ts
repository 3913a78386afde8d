// Many short conversations at a steady pace, each from one of many client addresses, and what became of every one.
import { connect, type Socket } from 'node:net';
import { later } from './cleanup.ts';
import { clientAddress } from './clients.ts';
import { until } from './wait.ts';

export interface Conversation {
  readonly client: string;
  /** The client's end, as `127.0.1.1:40000`, once it was connected. */
  readonly end: string | undefined;
  /** In ms, as `performance.now()`. */
  readonly begun: number;
  /** ms until its end. */
  readonly took: number;
  /** The target that greeted the client. */
  readonly target: string | undefined;
  /** Why it was cut short: the system's code or a word of how it ended. Absent when the target had sent back what it got. */
  readonly failure: string | undefined;
}

export interface LoadOptions {
  readonly port: number;
  /** New connections a second. */
  readonly rate: number;
  /** How many addresses take turns. @default 200 */
  readonly clients?: number;
  /** The first of them. @default 0 */
  readonly firstClient?: number;
  /** What each says as soon as it is connected, to targets that don't speak first. @default '' */
  readonly hello?: string;
}

/** ms between two bursts. */
const BEAT = 10;
/** Conversations at a time. */
const AT_ONCE = 100;
/** Conversations in all. */
const MOST = 60_000;

export class Load {
  readonly conversations: Conversation[] = [];
  readonly #options: Required<LoadOptions>;
  readonly #open = new Set<Socket>();
  readonly #beat: NodeJS.Timeout;
  #lastBeat = performance.now();
  #due = 0;
  #begun = 0;
  #unsettled = 0;

  constructor(options: LoadOptions) {
    this.#options = { clients: 200, firstClient: 0, hello: '', ...options };
    this.#beat = setInterval(() => this.#begin(), BEAT);
    later(() => {
      clearInterval(this.#beat);
      for (const socket of this.#open) socket.destroy();
    });
  }

  get failed(): Conversation[] {
    return this.conversations.filter((conversation) => conversation.failure !== undefined);
  }

  /** Waits until this many more have been begun and ended, well or not. */
  async goesOn(more: number): Promise<void> {
    const goal = this.conversations.length + more;
    await until(`${more} more conversations`, () => this.conversations.length >= goal);
  }

  /** Begins no more, and waits for the end of those that are open. */
  async end(): Promise<readonly Conversation[]> {
    clearInterval(this.#beat);
    await until('the last conversations to end', () => this.#unsettled === 0);
    return this.conversations;
  }

  /** Begins what is due since the last beat. A machine that is held up is given less, and no flood afterwards. */
  #begin(): void {
    const now = performance.now();
    const beats = Math.min((now - this.#lastBeat) / BEAT, 4);
    this.#lastBeat = now;
    this.#due += (beats * BEAT * this.#options.rate) / 1000;
    for (; this.#due >= 1; this.#due -= 1) {
      if (this.#unsettled < AT_ONCE && this.#begun < MOST) this.#converse(this.#begun++);
    }
  }

  #converse(n: number): void {
    const { port, clients, firstClient, hello } = this.#options;
    const client = clientAddress(firstClient + (n % clients));
    const begun = performance.now();
    const question = `question ${n}\n`;
    let end: string | undefined;
    let target: string | undefined;
    let heard = '';
    let settled = false;
    const socket = connect({ port, host: '127.0.0.1', localAddress: client });
    this.#open.add(socket);
    this.#unsettled += 1;
    const settle = (failure?: string): void => {
      if (settled) return;
      settled = true;
      this.#unsettled -= 1;
      this.conversations.push({ client, end, begun, took: performance.now() - begun, target, failure });
      // A reset leaves nothing behind; thousands of closed connections would slow the kernel's lists for all tests.
      socket.resetAndDestroy();
    };
    socket.on('connect', () => {
      end = `${socket.localAddress}:${socket.localPort}`;
      if (hello !== '') socket.write(hello);
    });
    socket.setEncoding('latin1').on('data', (text) => {
      heard += text;
      if (target === undefined && heard.includes('\n')) {
        target = heard.slice(0, heard.indexOf('\n'));
        socket.write(question);
      }
      if (heard === `${target}\n${hello}${question}`) settle();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code));
    socket.on('end', () => settle('ended'));
    socket.on('close', () => {
      this.#open.delete(socket);
      settle('closed');
    });
  }
}
