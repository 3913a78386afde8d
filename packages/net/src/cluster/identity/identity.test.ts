import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { becomeIdentity, resolveIdentity } from './identity.ts';

const NOBODY = 'nobody';
const ask = (...args: string[]): number => Number(execFileSync('id', args, { encoding: 'utf8' }));
/** A uid without an entry, as far as can be. */
const UNKNOWN_UID = 987_654;

const NOBODYS = { name: NOBODY, home: expect.stringMatching(/^\//), shell: expect.stringMatching(/^\//) };
const UNKNOWNS = { name: undefined, home: '/', shell: undefined };

let uid = 0;
let gid = 0;
let calls: string[] = [];

type Groups = typeof process & { initgroups(user: string, group: number): void };

beforeEach(() => {
  uid = 0;
  gid = 0;
  calls = [];
  vi.spyOn(process, 'getuid').mockImplementation(() => uid);
  vi.spyOn(process, 'geteuid').mockImplementation(() => uid);
  vi.spyOn(process, 'getgid').mockImplementation(() => gid);
  vi.spyOn(process, 'setgroups').mockImplementation((groups) => void calls.push(`setgroups ${groups.join()}`));
  vi.spyOn(process as Groups, 'initgroups').mockImplementation((...args) => void calls.push(`initgroups ${args}`));
  vi.spyOn(process, 'setgid').mockImplementation((id) => {
    calls.push(`setgid ${id}`);
    gid = Number(id);
  });
  vi.spyOn(process, 'setuid').mockImplementation((id) => {
    calls.push(`setuid ${id}`);
    uid = Number(id);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the identity to become', () => {
  it("is a known user's, by name or uid, with the user's groups", () => {
    const known = { uid: ask('-u', NOBODY), gid: ask('-g', NOBODY), name: NOBODY, account: NOBODYS };
    expect(resolveIdentity(NOBODY, undefined)).toEqual(known);
    expect(resolveIdentity(known.uid, undefined)).toEqual(known);
    expect(resolveIdentity(String(known.uid), undefined)).toEqual(known);
  });

  it('is a uid without an entry, and the gid of the same number', () => {
    const bare = { uid: UNKNOWN_UID, gid: UNKNOWN_UID, name: undefined, account: UNKNOWNS };
    expect(resolveIdentity(UNKNOWN_UID, undefined)).toEqual(bare);
    expect(resolveIdentity(String(UNKNOWN_UID), undefined)).toEqual(bare);
  });

  it('has the group that is asked for and no other', () => {
    expect(resolveIdentity(NOBODY, 1234)).toEqual({
      uid: ask('-u', NOBODY),
      gid: 1234,
      name: undefined,
      account: NOBODYS,
    });
    expect(resolveIdentity(UNKNOWN_UID, '1234')).toEqual({
      uid: UNKNOWN_UID,
      gid: 1234,
      name: undefined,
      account: UNKNOWNS,
    });
    expect(resolveIdentity(UNKNOWN_UID, 'root').gid).toBe(0);
  });

  it('is that of this process where it is the user already, root or not', () => {
    const own = ask('-u', NOBODY);
    [uid, gid] = [own, 77];
    expect(resolveIdentity(NOBODY, undefined)).toMatchObject({ uid: own, gid: 77, name: undefined });
    expect(resolveIdentity(String(own), undefined)).toMatchObject({ uid: own, gid: 77, name: undefined });
    becomeIdentity(resolveIdentity(own, undefined));
    expect(calls).toEqual([]);
    expect(() => resolveIdentity(NOBODY, 78)).toThrow('only root can become another user');
  });

  it.each([
    ['no-such-user-here', undefined, 'UNKNOWN_USER'],
    ['-u', undefined, 'UNKNOWN_USER'],
    [NOBODY, 'no-such-group-here', 'UNKNOWN_GROUP'],
  ])('is none for the user %s and the group %s', (user, group, code) => {
    expect(() => resolveIdentity(user, group)).toThrow(expect.objectContaining({ code }));
  });

  it('can be had by root alone', () => {
    uid = 1000;
    expect(() => resolveIdentity(NOBODY, undefined)).toThrow(expect.objectContaining({ code: 'NOT_ROOT' }));
  });
});

describe('becoming it', () => {
  it('takes the groups, then the gid, then the uid', () => {
    becomeIdentity({ uid: 65534, gid: 65533, name: NOBODY });
    expect(calls).toEqual([`initgroups ${NOBODY},65533`, 'setgid 65533', 'setuid 65534']);
  });

  it('gives up all supplementary groups where there is no name', () => {
    becomeIdentity({ uid: UNKNOWN_UID, gid: UNKNOWN_UID, name: undefined });
    expect(calls).toEqual(['setgroups ', `setgid ${UNKNOWN_UID}`, `setuid ${UNKNOWN_UID}`]);
  });

  it('does nothing when this process is it already', () => {
    uid = UNKNOWN_UID;
    gid = UNKNOWN_UID;
    becomeIdentity({ uid: UNKNOWN_UID, gid: UNKNOWN_UID, name: undefined });
    expect(calls).toEqual([]);
  });

  it('takes the group also when the uid is right already', () => {
    uid = UNKNOWN_UID;
    becomeIdentity({ uid: UNKNOWN_UID, gid: 1234, name: undefined });
    expect(calls).toContain('setgid 1234');
  });

  it('fails when a step fails, and takes none after it', () => {
    vi.mocked(process.setgid as NonNullable<typeof process.setgid>).mockImplementation(() => {
      throw Object.assign(new Error('setgid EPERM'), { code: 'EPERM' });
    });
    const become = (): void => becomeIdentity({ uid: 65534, gid: 65534, name: undefined });
    expect(become).toThrow(expect.objectContaining({ code: 'DOWNGRADE_FAILED' }));
    expect(calls).toEqual(['setgroups ']);
  });

  it('fails when the system says all is well but nothing has changed', () => {
    vi.mocked(process.setuid as NonNullable<typeof process.setuid>).mockImplementation(() => {});
    const become = (): void => becomeIdentity({ uid: 65534, gid: 65534, name: undefined });
    expect(become).toThrow(expect.objectContaining({ code: 'DOWNGRADE_FAILED' }));
  });
});
