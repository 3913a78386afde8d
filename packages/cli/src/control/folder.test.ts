// Where control sockets are, and which folders are safe for them.
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';
import { controlFolder, listIndices, makeControlFolder } from './folder.ts';

const uid = process.getuid?.();

describe('controlFolder', () => {
  it('is the one given, above all', () => {
    setEnvironment('LOADBALANCER_RUNTIME_DIR', '/given');
    setEnvironment('XDG_RUNTIME_DIR', '/run/user/1');
    expect(controlFolder()).toBe('/given');
  });

  it('is in /run for root, and in a place of the user for others', () => {
    setEnvironment('LOADBALANCER_RUNTIME_DIR', undefined);
    setEnvironment('XDG_RUNTIME_DIR', '/run/user/1');
    expect(controlFolder()).toBe(uid === 0 ? '/run/loadbalancer' : '/run/user/1/loadbalancer');
    setEnvironment('XDG_RUNTIME_DIR', undefined);
    expect(controlFolder()).toBe(uid === 0 ? '/run/loadbalancer' : join(tmpdir(), `loadbalancer-${uid}`));
  });
});

describe('makeControlFolder', () => {
  it('makes a folder for this user alone, and takes one that is', () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    makeControlFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    makeControlFolder(folder);
  });

  it('refuses one that others can write to', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o770);
    expect(() => makeControlFolder(folder)).toThrow(
      `${folder} is meant for control sockets, but others can write to it. Make it yours alone (chmod 700 ${folder})`,
    );
  });

  it('refuses a link, which others may have put there', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(() => makeControlFolder(join(folder, 'link'))).toThrow('but it is not a folder itself. Remove it; or set');
  });

  it('refuses a path that the kernel would cut off, and one below a file', () => {
    const folder = temporaryFolder();
    expect(() => makeControlFolder(join(folder, 'x'.repeat(100)))).toThrow(/ is too long for control sockets by \d+ /);
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeControlFolder(join(folder, 'file', 'below'))).toThrow(
      /cannot be made: ENOTDIR.* Set LOADBALANCER_RUNTIME_DIR to a folder of yours\./,
    );
  });
});

describe('listIndices', () => {
  it('finds sockets by their names, in the order of numbers', () => {
    const folder = temporaryFolder();
    for (const name of ['10.sock', '2.sock', '0.sock', '.77.sock', 'x.sock', '3.sock.5.dead']) {
      writeFileSync(join(folder, name), '');
    }
    expect(listIndices(folder)).toEqual([0, 2, 10]);
  });

  it('finds none where there is no folder, and says why it cannot read one', () => {
    const folder = temporaryFolder();
    expect(listIndices(join(folder, 'none'))).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(() => listIndices(join(folder, 'file'))).toThrow(/with the control sockets cannot be read: ENOTDIR/);
  });
});
