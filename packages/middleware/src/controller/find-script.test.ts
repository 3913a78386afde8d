// Where a script is found, each time anew.
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findScript } from './find-script.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'script-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text = ''): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

it.each([
  { name: 'a file', files: ['c'], found: 'c' },
  { name: 'a file without its ending', files: ['c.js'], found: 'c.js' },
  { name: 'a file before one with an ending', files: ['c', 'c.js'], found: 'c' },
  { name: 'a file before a folder', files: ['c.js', 'c/index.js'], found: 'c.js' },
  { name: 'the index of a folder', files: ['c/index.js'], found: 'c/index.js' },
  { name: 'the main of a package', files: ['c/lib/a.js', 'c/index.js'], main: './lib/a', found: 'c/lib/a.js' },
  { name: 'the index of a main', files: ['c/lib/index.js'], main: 'lib', found: 'c/lib/index.js' },
  { name: 'the index where main is missing', files: ['c/index.js'], main: './lib/a', found: 'c/index.js' },
  { name: 'the index where main is no text', files: ['c/index.js'], main: 3, found: 'c/index.js' },
])('finds $name, as require does', ({ files, main, found }) => {
  for (const file of files) write(file);
  if (main !== undefined) write('c/package.json', JSON.stringify({ main }));
  const path = join(folder, 'c');
  expect(findScript(path)).toBe(join(folder, found));
  expect(createRequire(import.meta.url).resolve(path)).toBe(join(folder, found));
});

it('throws for a package.json that is no JSON, and passes over one that says nothing', () => {
  const index = write('c/index.js');
  write('c/package.json', '{');
  expect(() => findScript(join(folder, 'c'))).toThrow(SyntaxError);
  write('c/package.json', 'null');
  expect(findScript(join(folder, 'c'))).toBe(index);
});

it.each([{ files: [] }, { files: ['c/a.js'] }, { files: ['c/index.js/a'] }])('finds none in $files', ({ files }) => {
  for (const file of files) write(file);
  expect(findScript(join(folder, 'c'))).toBeUndefined();
});

it('follows links, and follows them again where one has been switched and what it led to is gone', () => {
  const [first, second] = [write('1/c.js'), write('2/c.js')];
  symlinkSync('1', join(folder, 'current'));
  const path = join(folder, 'current', 'c');
  expect(findScript(path)).toBe(first);
  symlinkSync('2', join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, 'current'));
  rmSync(first);
  expect(findScript(path)).toBe(second);
});

it('finds a folder that has come to be in the place of a file', () => {
  const file = write('c.js');
  expect(findScript(join(folder, 'c'))).toBe(file);
  rmSync(file);
  expect(findScript(join(folder, 'c'))).toBeUndefined();
  const index = write('c/index.js');
  expect(findScript(join(folder, 'c'))).toBe(index);
});
