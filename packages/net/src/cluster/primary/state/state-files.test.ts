import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { loadLibc } from '../../../engine/system/libc.ts';
import { later } from '../../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../../testing/descriptors.ts';
import { StateFiles } from './state-files.ts';

let paths: [string, string];
beforeEach(() => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'state-files-'));
  later(() => fs.rmSync(folder, { recursive: true }));
  paths = [join(folder, '0'), join(folder, '1')];
});

/** What a process finds that opens them now. */
function found(): string | undefined {
  const files = StateFiles.open(paths);
  const text = files.read()?.text;
  files.close();
  return text;
}

/** As a process that opens them, writes these one after the other, and ends. */
async function written(...texts: string[]): Promise<void> {
  const files = StateFiles.open(paths);
  files.read();
  for (const text of texts) await files.write([text]);
  files.close();
}

it('gives what was written last, over processes and over lengths', async () => {
  expect(found()).toBeUndefined();
  for (const texts of [['first'], ['second, which is longer', '3'], ['4', '5'], ['']]) {
    await written(...texts);
    expect(found()).toBe(texts.at(-1));
  }
});

it('keeps what was written before until it has written all of the next', async () => {
  const files = StateFiles.open(paths);
  later(() => files.close());
  await files.write(['one']);
  await files.write(['two']);
  function* interrupted() {
    yield 'thr';
    expect(files.read()?.text).toBe('two');
    throw new Error('killed');
  }
  await expect(files.write(interrupted())).rejects.toThrow('killed');
  expect(files.read()?.text).toBe('two');
  await files.write(['three']);
  expect(files.read()?.text).toBe('three');
});

it('is whole in one of them, whenever its writer is killed', async () => {
  await written('the first state', 'the second state');
  const before = paths.map((path) => fs.readFileSync(path));
  const files = StateFiles.open(paths);
  files.read();
  await files.write(['the third state, ', 'in pieces']);
  files.close();
  const after = paths.map((path) => fs.readFileSync(path));
  const changed = before.findIndex((bytes, index) => !bytes.equals(after[index] as Buffer));
  const [old, next] = [before[changed] as Buffer, after[changed] as Buffer];
  // The content from its beginning, then the head.
  for (let length = 256; length <= next.length; length += 1) {
    const half = Buffer.from(old);
    const content = next.subarray(256, length);
    fs.writeFileSync(paths[changed] as string, Buffer.concat([half.subarray(0, 256), content, half.subarray(length)]));
    expect(found()).toBe('the second state');
  }
  fs.writeFileSync(paths[changed] as string, next);
  expect(found()).toBe('the third state, in pieces');
});

it('says when its writer was known to run', async () => {
  const files = StateFiles.open(paths);
  later(() => files.close());
  await files.stamp();
  expect(files.read()).toBeUndefined();
  const begun = Date.now();
  await files.write(['text']);
  const first = files.read()?.alive ?? 0;
  expect(first).toBeGreaterThanOrEqual(begun);
  while (Date.now() === first);
  await files.stamp();
  expect(files.read()?.text).toBe('text');
  expect(files.read()?.alive).toBeGreaterThan(first);
});

it('gives the state before the last one where the last one is damaged, and nothing where both are', async () => {
  await written('older', 'newer');
  const contents = paths.map((path) => fs.readFileSync(path));
  const newest = contents.findIndex((bytes) => bytes.includes('newer'));
  const bits = fc.nat({ max: ((contents[newest] as Buffer).length - 1) * 8 });
  fc.assert(
    fc.property(bits, (bit) => {
      const flipped = Buffer.from(contents[newest] as Buffer);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      fs.writeFileSync(paths[newest] as string, flipped);
      expect(found()).toBe('older');
    }),
  );
  for (const path of paths) fs.truncateSync(path, 257);
  expect(found()).toBeUndefined();
});

it('finds nothing in other bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 600 }), (one, other) => {
      fs.writeFileSync(paths[0], one, { mode: 0o600 });
      fs.writeFileSync(paths[1], other, { mode: 0o600 });
      expect(found()).toBeUndefined();
    }),
  );
});

it('forgets what it has', async () => {
  await written('text', 'text');
  const files = StateFiles.open(paths);
  expect(files.isBlank).toBe(false);
  files.clear();
  expect([files.isBlank, files.read()]).toEqual([true, undefined]);
  await files.write(['next']);
  files.close();
  expect(found()).toBe('next');
});

it.skipIf(loadLibc() instanceof Error)('is one process’s at a time, and leaves nothing open for another', async () => {
  const files = StateFiles.open(paths);
  const before = openDescriptors();
  expect(() => StateFiles.open(paths)).toThrow(/another process uses/);
  await expectDescriptors(before);
  files.close();
  expect(found()).toBeUndefined();
});

it('cannot be opened where a folder is in its place, and leaves nothing open', async () => {
  fs.mkdirSync(paths[1]);
  const before = openDescriptors();
  expect(() => StateFiles.open(paths)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  await expectDescriptors(before);
});

it.each([[[0]], [[1]], [[0, 1]]])('makes those that are gone again: %j', async (gone) => {
  const files = StateFiles.open(paths);
  for (const text of ['one', 'two']) await files.write([text]);
  expect(files.isGone).toBe(false);
  const before = openDescriptors();
  for (const index of gone) fs.rmSync(paths[index] as string);
  expect(files.isGone).toBe(true);
  files.renew();
  await expectDescriptors(before);
  expect(files.isGone).toBe(false);
  await files.write(['three']);
  if (!(loadLibc() instanceof Error)) expect(() => StateFiles.open(paths)).toThrow(/another process uses/);
  files.close();
  expect(found()).toBe('three');
});

it('are gone where others have their names, and those of another process are left alone', async () => {
  const files = StateFiles.open(paths);
  later(() => files.close());
  for (const path of paths) fs.renameSync(path, `${path}.aside`);
  expect(files.isGone).toBe(true);
  const others = StateFiles.open(paths);
  later(() => others.close());
  expect(files.isGone).toBe(true);
  if (loadLibc() instanceof Error) return;
  const before = openDescriptors();
  expect(() => files.renew()).toThrow(/was removed and cannot be made again: another process uses/);
  await expectDescriptors(before);
});
