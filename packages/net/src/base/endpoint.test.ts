import { expect, it } from 'vitest';
import { endpointText } from './endpoint.ts';

it('writes endpoints as people do', () => {
  const endpoints = [{ host: '192.0.2.1', port: 80 }, { host: '::1', port: 80 }, { path: '/run/app.sock' }];
  expect(endpoints.map(endpointText)).toEqual(['192.0.2.1:80', '[::1]:80', 'unix:/run/app.sock']);
});
