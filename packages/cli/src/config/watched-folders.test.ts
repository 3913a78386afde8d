// Which folders are watched for a file, with and without links.
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { foldersToWatch } from './watched-folders.ts';

const folder = () => realpathSync(temporaryFolder());

it("is a plain file's own", () => {
  const home = folder();
  writeFileSync(join(home, 'config.json'), '');
  expect([...foldersToWatch(join(home, 'config.json'))]).toEqual([[home, new Set(['config.json'])]]);
});

it('is that of a link, and that of the file', () => {
  const home = folder();
  mkdirSync(join(home, 'far'));
  writeFileSync(join(home, 'far', 'real.json'), '');
  symlinkSync('./far/../far/real.json', join(home, 'config.json'));
  expect([...foldersToWatch(join(home, 'config.json'))]).toEqual([
    [home, new Set(['config.json'])],
    [join(home, 'far'), new Set(['real.json'])],
  ]);
});

it('is that of a link to a folder on the way', () => {
  const home = folder();
  mkdirSync(join(home, 'v1'));
  writeFileSync(join(home, 'v1', 'config.json'), '');
  symlinkSync(join(home, 'v1'), join(home, '..data'));
  symlinkSync('..data/config.json', join(home, 'config.json'));
  expect([...foldersToWatch(join(home, 'config.json'))]).toEqual([
    [home, new Set(['config.json', '..data'])],
    [join(home, 'v1'), new Set(['config.json'])],
  ]);
});

it('is the last one there is', () => {
  const home = folder();
  expect([...foldersToWatch(join(home, 'config.json'))]).toEqual([[home, new Set(['config.json'])]]);
  expect([...foldersToWatch(join(home, 'none', 'config.json'))]).toEqual([[home, new Set(['none'])]]);
});

it('comes to an end with links that lead in a circle', () => {
  const home = folder();
  symlinkSync('b', join(home, 'a'));
  symlinkSync('a', join(home, 'b'));
  expect([...foldersToWatch(join(home, 'a'))]).toEqual([[home, new Set(['a', 'b'])]]);
});
