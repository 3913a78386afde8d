// How many threads a process gets for its pool, and when there are too few for it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configIn, poolSize, roomFor, roomForProcesses } from './pool-size.ts';
import { temporaryFolder } from './testing/folder.ts';

function configOf(text: string): string {
  const path = join(temporaryFolder(), 'config.json');
  writeFileSync(path, text);
  return path;
}

const withHosts = (...hosts: string[]) =>
  configOf(JSON.stringify({ balancerCount: 2, sourceHost: 'own.example', targets: hosts.map((host) => ({ host })) }));

it.each([
  [['run'], 'config.json'],
  [['check', '--config', 'a.json'], 'a.json'],
  [['run', '--fresh', '--config=a.json', '--config', 'b.json'], 'b.json'],
  [['run', '--config'], 'config.json'],
  [['7', '/etc/lb.json', '/var/log/lb.log'], '/etc/lb.json'],
  [['start', '--config', 'a.json'], undefined],
  [[], undefined],
])('finds the config in %j', (args, expected) => {
  expect(configIn(['node', 'loadbalancer', ...args])).toBe(expected);
});

it('is small where no target has a name', () => {
  expect(poolSize(withHosts('10.0.0.1', '::1', '[::1]'))).toBe(4);
  expect(poolSize(configOf('{"targets": [{"path": "/run/app.sock"}]}'))).toBe(4);
  expect(poolSize(undefined)).toBe(4);
});

it.each([
  [undefined, 64],
  [1_000, 64],
  [82, 30],
  [26, 4],
  [0, 4],
])('for names, with room for %s threads, it is %s', (room, expected) => {
  // A default parameter would replace undefined.
  const size =
    room === undefined ? poolSize(withHosts('10.0.0.1', 'app.example')) : poolSize(withHosts('app.example'), room);
  expect(size).toBe(expected);
});

it('is that for names where the config cannot be looked at', () => {
  expect(poolSize('/dev/null', 10_000)).toBe(64);
  expect(poolSize(join(temporaryFolder(), 'none'), 10_000)).toBe(64);
});

it('says in words that there are too few threads', () => {
  expect(roomFor(4, 4)).toBeUndefined();
  expect(roomFor(4, 3)).toMatch(
    /^This process needs 4 more threads, and the system allows only 3\. Raise the limit: .*ulimit -u/,
  );
  expect(roomForProcesses(4, 44)).toBeUndefined();
  expect(roomForProcesses(4, 43)).toMatch(
    /^The balancer would start 4 processes with 44 threads, .* only 43 more\..*balancerCount/,
  );
});
