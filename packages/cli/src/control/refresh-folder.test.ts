import { chmodSync, lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { refreshFolder } from './refresh-folder.ts';

const OLD = new Date('2020-01-01');
const isOld = (path: string) => lstatSync(path).mtime.getTime() === OLD.getTime();

it('gives the folder and what is in it the present time, and nothing that a link leads to', () => {
  const outside = join(temporaryFolder(), 'outside');
  const folder = temporaryFolder();
  const path = join(folder, '0.supervisor');
  for (const file of [outside, path]) writeFileSync(file, '');
  symlinkSync(outside, join(folder, 'link'));
  for (const one of [outside, path, folder]) utimesSync(one, OLD, OLD);
  refreshFolder(folder);
  expect([outside, path, folder].map(isOld)).toEqual([true, false, false]);
});

it('leaves a folder alone that is not this user’s alone, and one that is not there', () => {
  const folder = join(temporaryFolder(), 'open');
  mkdirSync(folder);
  refreshFolder(join(folder, 'none'));
  chmodSync(folder, 0o777);
  utimesSync(folder, OLD, OLD);
  refreshFolder(folder);
  expect(isOld(folder)).toBe(true);
});
