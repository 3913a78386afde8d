// A config file that is replaced in the ways that editors, deployments and Kubernetes replace it.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFile } from '@lb/net/internal';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fakeLog } from '../testing/fake-log.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { fingerprintOf } from './config-text.ts';
import { ConfigWatch } from './config-watch.ts';

const WAIT = { timeout: 10_000, interval: 5 };

/** Watches a file, and notes its content at each change. */
function watchFile(path: string, inUse = readFileSync(path)) {
  const seen: string[] = [];
  const log = fakeLog();
  const onChange = () => seen.push(content(path));
  const watch = new ConfigWatch({ path, fingerprint: fingerprintOf(inUse), onChange, log });
  onTestFinished(() => watch.close());
  return { watch, log, seen, comes: (text: string) => vi.waitFor(() => expect(seen.at(-1)).toBe(text), WAIT) };
}

function content(path: string): string {
  try {
    return String(readPlainFile(path));
  } catch {
    return '(none)';
  }
}

function plainFile() {
  const folder = temporaryFolder();
  const path = join(folder, 'config.json');
  writeFileSync(path, 'first');
  return { folder, path };
}

it('notices a file that is written over', async () => {
  const { path } = plainFile();
  const { seen, comes } = watchFile(path);
  writeFileSync(path, 'second');
  await comes('second');
  writeFileSync(path, 'third');
  await comes('third');
  expect(seen).toEqual(['second', 'third']);
});

it('notices a file that another one takes the place of, again and again', async () => {
  const { folder, path } = plainFile();
  const { comes } = watchFile(path);
  for (const text of ['second', 'third', 'fourth']) {
    writeFileSync(join(folder, '.config.json.swp'), text);
    renameSync(join(folder, '.config.json.swp'), path);
    await comes(text);
  }
});

it.skipIf(process.platform === 'win32')('does not wait for a named pipe in its place', async () => {
  const { folder, path } = plainFile();
  const { comes } = watchFile(path);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  renameSync(join(folder, 'pipe'), path);
  await comes('(none)');
  rmSync(path);
  writeFileSync(path, 'second');
  await comes('second');
});

it('says once what changes little by little', async () => {
  const { path } = plainFile();
  const { seen, comes } = watchFile(path);
  for (const part of ['a', 'b', 'c', 'd']) appendFileSync(path, part);
  await comes('firstabcd');
  expect(seen).toEqual(['firstabcd']);
});

it('follows links, also when a folder on the way is swapped', async () => {
  const folder = temporaryFolder();
  for (const version of ['v1', 'v2', 'v3']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'config.json'), version);
  }
  symlinkSync('v1', join(folder, '..data'));
  symlinkSync('..data/config.json', join(folder, 'config.json'));
  const { comes } = watchFile(join(folder, 'config.json'));
  for (const version of ['v2', 'v3']) {
    symlinkSync(version, join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    await comes(version);
  }
  writeFileSync(join(folder, 'v3', 'config.json'), 'written behind the link');
  await comes('written behind the link');
});

it('notices that a file is gone, and that its folder is back', async () => {
  const folder = join(temporaryFolder(), 'inner');
  mkdirSync(folder);
  const path = join(folder, 'config.json');
  writeFileSync(path, 'first');
  const { comes } = watchFile(path);
  rmSync(folder, { recursive: true });
  await comes('(none)');
  mkdirSync(folder);
  writeFileSync(path, 'second');
  await comes('second');
});

it('is silent about what is the same, and about other files', async () => {
  const { folder, path } = plainFile();
  const { watch, seen, comes } = watchFile(path);
  writeFileSync(join(folder, 'other.json'), 'other');
  writeFileSync(path, 'first');
  writeFileSync(path, 'read by somebody else');
  watch.saw(fingerprintOf(Buffer.from('read by somebody else')));
  writeFileSync(path, 'second');
  await comes('second');
  expect(seen).toEqual(['second']);
});

it('notices a change in a folder that never comes to rest', async () => {
  const { folder, path } = plainFile();
  const { comes } = watchFile(path);
  const busy = setInterval(() => appendFileSync(join(folder, 'loadbalancer.out'), 'line\n'), 20);
  onTestFinished(() => clearInterval(busy));
  writeFileSync(path, 'second');
  await comes('second');
});

it('notices what has changed before it watched', async () => {
  const { path } = plainFile();
  const { comes } = watchFile(path, Buffer.from('what was in use'));
  await comes('first');
});
