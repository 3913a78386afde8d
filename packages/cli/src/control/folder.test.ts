// Where control sockets are, and which folders are safe for them.
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leaveDeadSocket } from '../testing/dead-socket.ts';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';
import { checkControlFolder, controlFolder, listIndices, makeControlFolder } from './folder.ts';

const uid = process.getuid?.();

describe('controlFolder', () => {
  it('is the one given, above all', () => {
    setEnvironment('XDG_RUNTIME_DIR', '/run/user/1');
    for (const given of ['/given', '/given/']) {
      setEnvironment('LOADBALANCER_RUNTIME_DIR', given);
      expect(controlFolder()).toBe('/given');
    }
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
    for (const link of ['link', 'link/', 'link//', 'link/.']) {
      expect(() => makeControlFolder(`${folder}/${link}`)).toThrow('but it is not a folder itself. Remove it; or set');
      expect(() => listIndices(`${folder}/${link}`)).toThrow('but it is not a folder itself. Remove it; or set');
    }
  });

  it('refuses what is no folder, and a folder that cannot be made although its parent is there', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => makeControlFolder(file)).toThrow(
      `${file} is meant for control sockets, but it is not a folder itself.`,
    );
    if (process.platform !== 'linux') return;
    expect(() => makeControlFolder('/proc/none/below')).toThrow(
      'The folder /proc/none/below for the control socket cannot be made: ENOENT',
    );
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

describe('checkControlFolder', () => {
  it('says whether there is one', () => {
    const folder = temporaryFolder();
    expect([checkControlFolder(folder), checkControlFolder(join(folder, 'none'))]).toEqual([true, false]);
  });

  it('refuses one that others can write to', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o702);
    expect(() => checkControlFolder(folder)).toThrow('but others can write to it.');
  });

  it.runIf(uid === 0)('refuses one of another user', () => {
    const folder = temporaryFolder();
    chownSync(folder, 12_345, 0);
    for (const refusing of [checkControlFolder, listIndices, makeControlFolder]) {
      expect(() => refusing(folder)).toThrow(
        `${folder} is meant for control sockets, but it belongs to uid 12345, and you are uid 0. Be that user, or have it removed; or set LOADBALANCER_RUNTIME_DIR to another folder.`,
      );
    }
  });
});

describe('listIndices', () => {
  it('finds sockets by their names, in the order of numbers', async () => {
    const folder = temporaryFolder();
    for (const name of ['10.sock', '2.sock', '0.sock', '.77.sock', 'x.sock', '3.sock.5.dead', '04.sock']) {
      await leaveDeadSocket(join(folder, name));
    }
    expect(listIndices(folder)).toEqual([0, 2, 10]);
  });

  it('finds nothing but sockets', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '0.sock'));
    writeFileSync(join(folder, '1.sock'), '');
    await leaveDeadSocket(join(folder, '2.sock'));
    symlinkSync(join(folder, '2.sock'), join(folder, '3.sock'));
    expect(listIndices(folder)).toEqual([2]);
  });

  it('finds none where there is no folder, and says why it cannot look', () => {
    const folder = temporaryFolder();
    expect(listIndices(join(folder, 'none'))).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(() => listIndices(join(folder, 'file'))).toThrow('but it is not a folder itself');
    expect(() => listIndices(join(folder, 'file', 'below'))).toThrow(
      /with the control sockets cannot be read: ENOTDIR/,
    );
  });
});
