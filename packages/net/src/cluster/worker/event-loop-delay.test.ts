// What is taken for a standstill of the loop, in a process that is idle and in one that is busy.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.ts';

const BEAT = 500;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A loop whose time the test moves, and which beats as a timer would. */
class PlayedLoop {
  readonly measured = { now: 0, active: 0, turns: 0 };
  readonly delay = new EventLoopDelay(BEAT, () => ({ ...this.measured }));
  #due = BEAT;

  /** Waits for something. */
  wait(time: number): void {
    this.measured.now += time;
    this.#turn(time);
  }

  /** Does something that takes as long, in one turn. */
  work(time: number): void {
    this.measured.now += time;
    this.measured.active += time;
    this.#turn(time);
  }

  #turn(time: number): void {
    this.measured.turns += 1;
    if (this.measured.now >= this.#due) {
      this.delay.beat();
      this.#due = this.measured.now + BEAT;
    }
    vi.advanceTimersByTime(time);
  }
}

it('is nothing in an idle process', () => {
  const loop = new PlayedLoop();
  for (let n = 0; n < 20; n += 1) loop.wait(BEAT);
  expect(loop.delay.worst).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('is seen in full between two beats of an idle process', () => {
  const loop = new PlayedLoop();
  loop.wait(BEAT);
  loop.wait(100);
  loop.work(300);
  loop.wait(100);
  loop.wait(BEAT);
  expect(loop.delay.worst).toBeGreaterThan(250);
  expect(loop.delay.worst).toBeLessThanOrEqual(300);
});

it('is seen when a beat comes late, also without work: the whole process stood still', () => {
  const loop = new PlayedLoop();
  loop.wait(BEAT + 4_000);
  expect(loop.delay.worst).toBe(4_000);
});

it('is not much work in many short turns, such as those of clients that come all at once', () => {
  const loop = new PlayedLoop();
  loop.wait(BEAT);
  for (let n = 0; n < 400; n += 1) loop.work(4);
  expect(loop.delay.worst).toBeLessThan(10);
});

it('is seen in a busy process, which is looked at more closely, until it is idle again', () => {
  const loop = new PlayedLoop();
  for (let n = 0; n < 200; n += 1) loop.work(4);
  expect(vi.getTimerCount()).toBe(1);
  loop.measured.now += 300; // between two beats
  vi.advanceTimersByTime(50);
  expect(loop.delay.worst).toBeGreaterThanOrEqual(250);
  loop.measured.now -= 300;
  for (let n = 0; n < 3; n += 1) loop.wait(BEAT);
  expect(vi.getTimerCount()).toBe(0);
});

it('is forgotten after two minutes', () => {
  const loop = new PlayedLoop();
  loop.work(BEAT + 700);
  for (let n = 0; n < 121; n += 1) loop.wait(BEAT);
  expect(loop.delay.worst).toBeGreaterThan(600);
  for (let n = 0; n < 120; n += 1) loop.wait(BEAT);
  expect(loop.delay.worst).toBe(0);
});

it('is measured by what Node counts', () => {
  vi.useRealTimers();
  const delay = new EventLoopDelay(BEAT);
  const end = performance.now() + BEAT + 100;
  while (performance.now() < end);
  delay.beat();
  expect(delay.worst).toBeGreaterThanOrEqual(100);
});
