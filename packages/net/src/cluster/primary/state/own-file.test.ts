import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { later } from '../../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../../testing/descriptors.ts';
import { openOwnFile } from './own-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'own-file-'));
  later(() => fs.rmSync(folder, { recursive: true }));
  path = join(folder, 'file');
});

function opened(): string {
  const fd = openOwnFile(path);
  later(() => fs.closeSync(fd));
  return fs.readFileSync(fd, 'utf8');
}

describe.skipIf(process.platform === 'win32')('a file of this user alone', () => {
  it('is made with mode 0600, and opened again with what it has', () => {
    expect(opened()).toBe('');
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
    fs.writeFileSync(path, 'text');
    expect(opened()).toBe('text');
  });

  const unfit: [what: string, make: () => void, code: string][] = [
    ['a link', () => fs.symlinkSync(join(folder, 'other'), path), 'ELOOP'],
    ['a folder', () => fs.mkdirSync(path), 'EISDIR'],
    ['a named pipe', () => execFileSync('mkfifo', [path]), 'EPERM'],
    ['a file that others may read', () => fs.writeFileSync(path, '', { mode: 0o644 }), 'EPERM'],
    ['a file with a second name', twoNames, 'EPERM'],
  ];
  if (process.getuid?.() === 0) unfit.push(['a file of another user', anothers, 'EPERM']);

  it.each(unfit)('is refused where it is %s', async (_, make, code) => {
    make();
    const before = openDescriptors();
    expect(() => openOwnFile(path)).toThrow(expect.objectContaining({ code }));
    await expectDescriptors(before);
    expect(fs.existsSync(join(folder, 'other'))).toBe(false);
  });
});

function twoNames(): void {
  fs.writeFileSync(path, '', { mode: 0o600 });
  fs.linkSync(path, join(folder, 'second'));
}

function anothers(): void {
  fs.writeFileSync(path, '', { mode: 0o600 });
  fs.chownSync(path, 12_345, 12_345);
}
