import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { controllerDigest } from '../../cluster/primary/setup/controller-digest.ts';
import { readPlainFile } from './plain-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plain-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('reads a file up to the given length', () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'text');
  expect(String(readPlainFile(path, 4))).toBe('text');
  expect(() => readPlainFile(path, 3)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
  expect(() => readPlainFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

it.skipIf(process.platform === 'win32')('waits for no named pipe, and reads no folder and no device', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, folder, '/dev/zero']) {
    expect(() => readPlainFile(path)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(controllerDigest(path)).toBeUndefined();
  }
});

it('tells from a digest whether a script has changed, which is looked for each time', () => {
  const find = (path: string) => `${path}.js`;
  writeFileSync(join(folder, 'controller.js'), 'first');
  const first = controllerDigest(join(folder, 'controller'), find);
  expect(first).toBe(controllerDigest(join(folder, 'controller.js')));
  writeFileSync(join(folder, 'controller.js'), 'second');
  expect(controllerDigest(join(folder, 'controller'), find)).not.toBe(first);
});
