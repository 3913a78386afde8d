import { describe, expect, it } from 'vitest';
import { ConnectError, endpointText } from '../engine/engine.ts';
import { listenError } from '../engine/listen-error.ts';
import { BalancerError, errorCode, errorMessage } from './errors.ts';

describe('an error of the balancer', () => {
  it('has a code, a source, a cause, and says whether to try again', () => {
    const cause = new Error('why');
    const error = new BalancerError('what', { code: 'CODE', source: 'internal', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'BalancerError', message: 'what', code: 'CODE', retry: false, cause });
  });
});

describe('an error of connecting', () => {
  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EADDRINUSE', 'EAGAIN'])(
    'is this machine’s doing: %s',
    (code) => {
      expect(new ConnectError(code, { host: '::1', port: 80 })).toMatchObject({ source: 'internal', retry: true });
    },
  );

  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ENOENT', 'ENOTFOUND'])(
    'is the target’s doing: %s',
    (code) => {
      const error = new ConnectError(code, { host: '::1', port: 80 });
      expect(error).toMatchObject({ name: 'ConnectError', code, source: 'upstream', retry: true });
      expect(error.message).toBe(`${code} on connecting to [::1]:80`);
    },
  );
});

describe('an error of listening', () => {
  it('says what to do', () => {
    const cause = Object.assign(new Error('bind EACCES'), { code: 'EACCES' });
    const error = listenError(cause, '::', 80);
    expect(error).toMatchObject({ code: 'EACCES', source: 'internal', cause });
    expect(error.message).toMatch(/port 80 of :: may not be opened by this user.*downgradeToUser/);
  });

  it('gives the code of one that it has no words for', () => {
    expect(listenError({ code: 'ENOBUFS' }, '::', 80).message).toBe('port 80 of :: cannot be listened on: ENOBUFS');
  });
});

it('finds the code of whatever was thrown', () => {
  expect(errorCode(Object.assign(new Error('no'), { code: 'EPIPE' }))).toBe('EPIPE');
  expect([new Error('no'), { code: 5 }, 'text', undefined, null].map(errorCode)).toEqual(Array(5).fill('UNKNOWN'));
});

it('finds the message of whatever was thrown', () => {
  expect([new Error('no'), 'text', undefined, 7].map(errorMessage)).toEqual(['no', 'text', 'undefined', '7']);
});

it('writes endpoints as people do', () => {
  const endpoints = [{ host: '192.0.2.1', port: 80 }, { host: '::1', port: 80 }, { path: '/run/app.sock' }];
  expect(endpoints.map(endpointText)).toEqual(['192.0.2.1:80', '[::1]:80', 'unix:/run/app.sock']);
});
