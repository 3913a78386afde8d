import { describe, expect, it } from 'vitest';
import { targetId } from './target-options.ts';

describe('targetId', () => {
  it.each([
    [{ host: '127.0.0.1', port: 8000 }, '127.0.0.1:8000'],
    [{ host: '::ffff:127.0.0.1', port: 8000 }, '127.0.0.1:8000'],
    [{ host: '::1', port: 8000 }, '[::1]:8000'],
    [{ host: '[::1]', port: 8000 }, '[::1]:8000'],
    [{ host: '[0:0:0:0:0:0:0:1]', port: 8000 }, '[::1]:8000'],
    [{ host: '2001:DB8::A', port: 443 }, '[2001:db8::a]:443'],
    [{ host: 'FE80::1%eth0', port: 80 }, '[fe80::1%eth0]:80'],
    [{ host: '[fe80::1%Lan]', port: 80 }, '[fe80::1%Lan]:80'],
    [{ host: 'App.Example', port: 80 }, 'app.example:80'],
    [{ path: '/run/App.sock' }, 'unix:/run/App.sock'],
  ])('of %j is %s', (options, id) => {
    expect(targetId(options)).toBe(id);
  });

  it('has no part for the weight', () => {
    expect(targetId({ host: 'a', port: 1, weight: 5 })).toBe(targetId({ host: 'a', port: 1 }));
  });
});
