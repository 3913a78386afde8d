// A timer of the kernel's that ends this process unless it is set again in time: by SIGKILL, so also when the process is stopped
// or its event loop hangs. Runs in workers. It is no watchdog of other processes. Linux only.
// Source: timer_create(2), timer_settime(2), sigevent(3type); the layouts are those of glibc and musl on x86-64 and arm64.
import type { Libc } from '../libc.ts';

const CLOCK_MONOTONIC = 1;
const SIGEV_SIGNAL = 0;
const SIGKILL = 9;
/** struct sigevent: what the signal carries (8 bytes), its number, how it is notified. */
const SIGEVENT_BYTES = 64;
const SIGNAL_AT = 8;
const NOTIFY_AT = 12;
/** struct itimerspec: the interval and the time, in seconds and nanoseconds each. */
const ITIMERSPEC_BYTES = 32;
const SECONDS_AT = 16;
const NANOSECONDS_AT = 24;

export class KernelTimer {
  readonly #set: (ms: number) => void;

  /** The timer is off at first. @throws {Error} where the system has none */
  constructor({ koffi, check }: Libc) {
    const bind = (declaration: string) => {
      try {
        return koffi.load(null).func(declaration);
      } catch {
        return koffi.load('librt.so.1').func(declaration); // glibc before 2.34
      }
    };
    const create = bind('int timer_create(int, void*, void*)');
    // The id is a pointer in C, but its value may be 0.
    const setTime = bind('int timer_settime(intptr_t, int, void*, void*)');
    const event = Buffer.alloc(SIGEVENT_BYTES);
    event.writeInt32LE(SIGKILL, SIGNAL_AT);
    event.writeInt32LE(SIGEV_SIGNAL, NOTIFY_AT);
    const id = Buffer.alloc(8);
    check(create(CLOCK_MONOTONIC, event, id), 'timer_create');
    const timer = Number(id.readBigInt64LE());
    const time = Buffer.alloc(ITIMERSPEC_BYTES);
    this.#set = (ms) => {
      time.writeBigInt64LE(BigInt(Math.floor(ms / 1_000)), SECONDS_AT);
      time.writeBigInt64LE(BigInt((ms % 1_000) * 1_000_000), NANOSECONDS_AT);
      check(setTime(timer, 0, time, null), 'timer_settime');
    };
    this.set(0); // so that a system without the call is known now
  }

  /** Ends this process `ms` from now, unless it is set again before. 0 turns the timer off. @param ms a whole number */
  set(ms: number): void {
    this.#set(ms);
  }
}
