import { describe, expect, it } from 'vitest';
import { ConnectError } from './connect-error.ts';

describe('an error of connecting', () => {
  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EADDRINUSE', 'EAGAIN'])(
    'is this machine’s doing: %s',
    (code) => {
      expect(new ConnectError(code, { host: '::1', port: 80 })).toMatchObject({ source: 'internal', retryable: true });
    },
  );

  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ENOENT', 'ENOTFOUND'])(
    'is the target’s doing: %s',
    (code) => {
      const error = new ConnectError(code, { host: '::1', port: 80 });
      expect(error).toMatchObject({ name: 'ConnectError', code, source: 'upstream', retryable: true });
      expect(error.message).toBe(`${code} on connecting to [::1]:80`);
    },
  );
});
