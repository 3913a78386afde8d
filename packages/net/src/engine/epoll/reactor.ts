// Which sockets are ready, and telling their owners: one epoll set of ours, itself watched by Node's own loop. When the set
// turns readable, libuv calls `serve`, which goes on until nothing is ready or until Node must have its turn.
// What is done with a ready socket is its owner's affair.
import { isMainThread } from 'node:worker_threads';
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, type Libc } from '../system/libc.ts';
import { watchDescriptor } from '../system/uv-poll.ts';

/** A descriptor that is watched. */
export interface Watched {
  readonly fd: number;
  /** Given by the reactor. Tells a descriptor from an earlier one of the same number. */
  generation: number;
  /** @param events a mask of EPOLLIN and the like */
  ready(events: number): void;
}

/** Descriptors asked for at a time. */
const BATCH = 512;
/** struct epoll_event is packed on x86-64 only (linux/eventpoll.h): 3 words of 32 bits there, 4 elsewhere. */
const STRIDE = process.arch === 'x64' ? 3 : 4;
const DATA = process.arch === 'x64' ? 1 : 2;
/**
 * Ready descriptors after which it pays to ask the set once more at once. After fewer there is mostly nothing, and if there is
 * something Node's loop will tell.
 */
const ASK_AGAIN = 4;
/** ms after which Node gets its turn, and how many descriptors with little to do are served between two looks at the clock. */
const SLICE = 4;
const LOOK_EVERY = 16;

export class Reactor {
  readonly #libc: Libc;
  readonly #epoll: number;
  readonly #events = new Int32Array(BATCH * STRIDE);
  readonly #eventsPointer: number;
  readonly #change = new Uint32Array(4);
  readonly #changePointer: number;
  readonly #watched: (Watched | undefined)[] = [];
  readonly #poll: { start(): void; stop(): void };
  #count = 0;
  #generation = 0;
  /** What the last call of epoll_wait gave, and how much of it has been served. */
  #ready = 0;
  #served = 0;
  /** Work that goes on in the next round: sockets that have had their share, and callbacks that had to wait. */
  #postponed: (() => void)[] = [];
  #serving = false;
  #resuming = false;
  /** When Node must have its turn. */
  #sliceEnd = 0;
  #mayBeSlow = false;

  /** @throws {BalancerError} when the system has no descriptor or no watch left for it */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#epoll = libc.epollCreate();
    this.#eventsPointer = libc.pointer(this.#events);
    this.#changePointer = libc.pointer(this.#change);
    this.#poll = watchDescriptor(libc.koffi, this.#epoll, () => {
      if (!this.#resuming) this.#serve(); // else it goes on after this, in the same turn
    });
  }

  /** Why there can be none in this thread, if so: libuv's default loop is the main thread's. */
  static get obstacle(): string | undefined {
    return isMainThread ? undefined : 'this is not the main thread';
  }

  add(watched: Watched, events: number): void {
    this.#generation = (this.#generation + 1) | 0;
    watched.generation = this.#generation;
    this.#control(EPOLL_CTL_ADD, watched, events);
    this.#watched[watched.fd] = watched;
    this.#count += 1;
    if (this.#count === 1) this.#poll.start();
  }

  modify(watched: Watched, events: number): void {
    this.#control(EPOLL_CTL_MOD, watched, events);
  }

  /**
   * Watches a descriptor no more, before it is closed.
   * @param shared whether other processes have it too: then closing it doesn't take it out of the set
   */
  remove(watched: Watched, shared: boolean): void {
    if (this.#watched[watched.fd] !== watched) return;
    this.#watched[watched.fd] = undefined;
    if (shared) this.#control(EPOLL_CTL_DEL, watched, 0);
    this.#count -= 1;
    if (this.#count === 0) this.#poll.stop();
  }

  /** Does something after what is ready now has been served. */
  postpone(action: () => void): void {
    this.#postponed.push(action);
    if (!this.#serving) this.#resume();
  }

  /** Does something once all that is ready by now has been served. */
  afterPoll(action: () => void): void {
    // The first one comes after what has been asked for already, the second one after what is asked for then.
    this.postpone(() => this.postpone(action));
  }

  /** Whether Node must have its turn now. For those who have much to do at a time. */
  get isTimeUp(): boolean {
    return performance.now() > this.#sliceEnd;
  }

  /** To be called after the code of others has run: the time is looked at after this descriptor, for it may have taken long. */
  mayHaveBeenSlow(): void {
    this.#mayBeSlow = true;
  }

  #control(operation: number, watched: Watched, events: number): void {
    const change = this.#change;
    change[0] = events;
    change[DATA] = watched.fd;
    change[DATA + 1] = watched.generation;
    this.#libc.epollControl(this.#epoll, operation, watched.fd, this.#changePointer);
  }

  #serve(): void {
    this.#serving = true;
    let isDone = false;
    try {
      isDone = this.#serveSlice();
    } finally {
      this.#serving = false;
      if (!isDone) this.#resume();
    }
  }

  /** Serves what is ready, for a few ms at most. @returns whether nothing is left */
  #serveSlice(): boolean {
    this.#sliceEnd = performance.now() + SLICE;
    do {
      if (this.#served === this.#ready) this.#ask();
      while (this.#served < this.#ready) {
        const postponed = this.#postponed.length;
        this.#serveNext();
        // What is postponed has had much to do.
        const isTimeToLook = this.#served % LOOK_EVERY === 0 || this.#postponed.length > postponed || this.#mayBeSlow;
        this.#mayBeSlow = false;
        if (isTimeToLook && this.isTimeUp) return false;
      }
      this.#goOn();
      if (this.isTimeUp) return false;
    } while (this.#ready >= ASK_AGAIN || this.#postponed.length > 0);
    return true;
  }

  #ask(): void {
    this.#served = 0;
    // Never less than 0: with a time-out of 0 only a signal could interrupt it, and the next call asks again.
    this.#ready = Math.max(this.#libc.epollWait(this.#epoll, this.#eventsPointer, BATCH, 0), 0);
  }

  #serveNext(): void {
    const at = this.#served * STRIDE;
    this.#served += 1;
    const watched = this.#watched[this.#events[at + DATA] as number];
    // A descriptor that was closed and used again within this batch must not get what was meant for its predecessor.
    if (watched && watched.generation === this.#events[at + DATA + 1]) watched.ready(this.#events[at] as number);
  }

  /** Does what was postponed, until the time is up; what is left comes first the next time. */
  #goOn(): void {
    const actions = this.#postponed;
    if (actions.length === 0) return;
    this.#postponed = [];
    let done = 0;
    try {
      do {
        done += 1;
        actions[done - 1]?.();
      } while (done < actions.length && !this.isTimeUp);
    } finally {
      if (done < actions.length) this.#postponed = [...actions.slice(done), ...this.#postponed];
    }
  }

  #resume(): void {
    if (this.#resuming) return;
    this.#resuming = true;
    setImmediate(() => {
      this.#resuming = false;
      this.#serve();
    });
  }
}
