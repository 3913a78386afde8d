// A temporary folder for controller files of a test. Not part of the package.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ControllerFolder {
  readonly path: string;
  /** Writes a file of the folder and gives its path. */
  write(name: string, text: string): string;
  remove(): void;
}

export function makeControllerFolder(): ControllerFolder {
  const path = mkdtempSync(join(tmpdir(), 'controller-'));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
