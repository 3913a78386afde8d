// A log that a test can read.
import type { Log } from '../base/log.ts';

export class FakeLog implements Log {
  /** `level: message`, in order. */
  readonly lines: string[] = [];
  readonly details: object[] = [];

  info(details: object, message: string): void {
    this.#add('info', details, message);
  }

  warn(details: object, message: string): void {
    this.#add('warn', details, message);
  }

  error(details: object, message: string): void {
    this.#add('error', details, message);
  }

  #add(level: string, details: object, message: string): void {
    this.lines.push(`${level}: ${message}`);
    this.details.push(details);
  }
}
