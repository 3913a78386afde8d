// What a command prints for people. Texts of configs, controllers and file names are in it.
import { printableLines } from '../printable.ts';

/** Prints on standard output. */
export function say(text: string): void {
  console.log(printableLines(text));
}

/** Prints a problem or a notice, on standard error. */
export function warn(text: string): void {
  console.error(printableLines(text));
}
