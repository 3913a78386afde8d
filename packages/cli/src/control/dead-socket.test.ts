// Which socket files are removed, and which are not.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { leaveDeadSocket } from '../testing/dead-socket.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { attempt, removeDeadSocket } from './dead-socket.ts';

it('removes a socket that nobody answers on', async () => {
  const folder = temporaryFolder();
  await leaveDeadSocket(join(folder, '0.sock'));
  expect(readdirSync(folder)).toEqual(['0.sock']);
  expect(await removeDeadSocket(join(folder, '0.sock'))).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves one that somebody answers on', async () => {
  const folder = temporaryFolder();
  const path = join(folder, '0.sock');
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(await removeDeadSocket(path)).toBe(false);
  expect(readdirSync(folder)).toEqual(['0.sock']);
});

it('leaves what is no socket', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '0.sock'));
  writeFileSync(join(folder, '1.sock'), '');
  for (const name of ['0.sock', '1.sock']) expect(await removeDeadSocket(join(folder, name))).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.sock']);
});

it('finds a name free that is not there', async () => {
  expect(await removeDeadSocket(join(temporaryFolder(), '0.sock'))).toBe(true);
});

it('removes it once, however many want to', async () => {
  const folder = temporaryFolder();
  const path = join(folder, '0.sock');
  await leaveDeadSocket(path);
  expect(await Promise.all(Array.from({ length: 8 }, () => removeDeadSocket(path)))).toEqual(Array(8).fill(true));
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves a new one that has taken the name since it asked', async () => {
  const folder = temporaryFolder();
  const path = join(folder, '0.sock');
  await leaveDeadSocket(path);
  const removing = removeDeadSocket(path);
  rmSync(path);
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(await removing).toBe(false);
  expect(readdirSync(folder)).toEqual(['0.sock']);
});

it('passes on only errors that nobody expects', () => {
  const path = join(temporaryFolder(), 'file');
  expect(attempt(() => writeFileSync(path, '', { flag: 'wx' }))).toBe(true);
  expect(attempt(() => writeFileSync(path, '', { flag: 'wx' }))).toBe(false);
  expect(() => attempt(() => writeFileSync(join(path, 'below'), ''))).toThrow('ENOTDIR');
});
