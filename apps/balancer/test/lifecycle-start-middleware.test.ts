// What `start` says when the controller fails for the clients that come while it starts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcome as ended, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { outcome } from './support/turned-away.ts';
import { until } from './support/wait.ts';

/** The first worker is ready at once; the second one, and so the start, waits until the middleware of the first has failed. */
const CONTROLLER = `
  const { existsSync, writeFileSync } = require('node:fs');
  module.exports.run = async (balancer) => {
    balancer.addMiddleware('connection', (socket, next) => {
      writeFileSync(__dirname + '/failed', '');
      socket.write('welcome', next);
    });
    try {
      writeFileSync(__dirname + '/first', '', { flag: 'wx' });
    } catch {
      while (!existsSync(__dirname + '/failed')) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
`;

it('names middleware that throws', async () => {
  const place = await host();
  const sourcePort = await lastingPort();
  await place.write('balancer.js', CONTROLLER);
  const targets = [{ host: '127.0.0.1', port: 9 }];
  await place.write('config.json', { sourcePort, balancerCount: 2, balancerControllerPath: 'balancer.js', targets });
  const start = ended(place.spawn('start'));
  await until('a client to be turned away', async () => {
    await outcome(sourcePort, '127.0.1.1', '');
    return existsSync(join(place.folder, 'failed'));
  });
  const { code, stdout, stderr } = await start;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Started balancer 0') });
  expect(stderr).toMatch(
    /^Warning: the controller's middleware fails: it threw for \d+ connections?, .* last error: MiddlewareError: socket.write\(\) is not possible/,
  );
});
