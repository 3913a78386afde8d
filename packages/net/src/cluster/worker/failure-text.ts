// What a worker that can't begin tells its primary: the error's message, and where in the user's script it comes from.
import { errorMessage } from '@lb/core';

/** Frames shown at most: where it failed, and how it got there. */
const MOST_PLACES = 3;

export function failureText(error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: unknown };
  const places = cause instanceof Error ? placesIn(cause.stack ?? '') : [];
  return [errorMessage(error), ...places].join('\n');
}

/** A syntax error has its place and the line before its message; other errors have frames, the user's own first. */
function placesIn(stack: string): string[] {
  const lines = stack.split('\n');
  if (/^(?:file:\/\/)?\/.*:\d+$/.test(lines[0] ?? ''))
    return lines
      .slice(0, 2)
      .filter(Boolean)
      .map((line) => `    ${line}`);
  const frames = lines.filter((line) => /^ {4}at /.test(line));
  const inside = frames.findIndex((line) => /\bnode:|[\\/]load-controller\.js:/.test(line));
  return frames.slice(0, inside < 0 ? MOST_PLACES : Math.min(inside, MOST_PLACES));
}
