// A log that keeps its lines.
import type { Log } from '@lb/net';

export interface FakeLog extends Log {
  /** `level: message`. */
  readonly lines: string[];
}

export function fakeLog(): FakeLog {
  const lines: string[] = [];
  const keep = (level: string) => (_: object, message: string) => void lines.push(`${level}: ${message}`);
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') };
}
