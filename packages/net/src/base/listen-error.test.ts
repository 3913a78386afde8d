import { describe, expect, it } from 'vitest';
import { listenError } from './listen-error.ts';

describe('an error of listening', () => {
  it('says what to do', () => {
    const cause = Object.assign(new Error('bind EACCES'), { code: 'EACCES' });
    const error = listenError(cause, '::', 80);
    expect(error).toMatchObject({ code: 'EACCES', cause });
    expect(error.message).toMatch(/port 80 of :: may not be opened by this user.*downgradeToUser/);
  });

  it('comes from the config where sourceHost is of no interface', () => {
    expect(listenError({ code: 'EADDRNOTAVAIL' }, '192.0.2.1', 80).source).toBe('config');
    expect(listenError({ code: 'EADDRINUSE' }, '192.0.2.1', 80).source).toBe('internal');
  });

  it('gives the code of one that it has no words for', () => {
    expect(listenError({ code: 'ENOBUFS' }, '::', 80).message).toBe('port 80 of :: cannot be listened on: ENOBUFS');
  });
});
