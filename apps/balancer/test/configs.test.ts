// Broken configs: what is said about each, by `check` and by `start`, and that nothing is left of the attempt.
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';

const TARGETS = [{ host: '127.0.0.1', port: 9 }];
const PORT = 28_000;

/** Name, config, and what is said about it; FILE stands for the config's path, HERE for its folder. */
const BROKEN: readonly [string, object | string, string][] = [
  [
    'text that is not JSON',
    '{\n  "sourcePort": 28000,\n  "targets": [{ "host": "localhost" "port": 8000 }]\n}\n',
    'FILE:3:37: expected a comma before this\n    "targets": [{ "host": "localhost" "port": 8000 }]',
  ],
  [
    'an unknown option',
    { sourcePort: PORT, targets: TARGETS, sesionExpiry: 1000 },
    'FILE:1: sesionExpiry is not an option. Did you mean sessionExpiry?',
  ],
  [
    'several problems at once',
    '{\n  "sourcePort": 70000,\n  "balancerCount": -2,\n  "connectTimeout": "soon",\n  "targets": [{ "host": "http://app", "prot": 8000 }]\n}\n',
    [
      'FILE:2: sourcePort is 70000; expected a whole number from 0 to 65535.',
      'FILE:3: balancerCount is -2; expected a whole number of processes from 1 to 1024.',
      'FILE:5: targets[0].host is "http://app"; expected a host name or an IP address, without scheme, brackets or port (a link-local address with its zone: "fe80::1%eth0").',
      'FILE:5: targets[0].prot is not an option. Did you mean targets[0].port?',
      'FILE:4: connectTimeout is "soon"; expected a whole number of milliseconds from 1 to 8640000000.',
    ].join('\n'),
  ],
  [
    'an empty list of targets',
    { sourcePort: PORT, targets: [] },
    'FILE:1: targets is an empty list; expected a list of 1 to 10000 targets, such as [{ "host": "localhost", "port": 8000 }].',
  ],
  [
    'no targets and no port',
    {},
    [
      'FILE:1: sourcePort is missing; expected a whole number from 0 to 65535.',
      'FILE:1: targets is missing; expected a list of 1 to 10000 targets, such as [{ "host": "localhost", "port": 8000 }].',
    ].join('\n'),
  ],
  [
    'a list in place of an object',
    '[]',
    'FILE:1: The options are an empty list; expected an object with sourcePort and targets.',
  ],
  [
    'an empty file',
    '',
    'The config file FILE is empty. Write at least this into it: { "sourcePort": 80, "targets": [{ "host": "localhost", "port": 8000 }] }',
  ],
  [
    'a name that is given twice',
    `{ "sourcePort": ${PORT}, "sourcePort": 1, "targets": [{ "host": "127.0.0.1", "port": 9 }] }`,
    'FILE:1: "sourcePort" is given twice, first in line 1. Keep one of them.',
  ],
  [
    'a group without a user',
    { sourcePort: PORT, targets: TARGETS, downgradeToGroup: 'nogroup' },
    'FILE:1: downgradeToGroup is "nogroup"; expected downgradeToUser beside it.',
  ],
  [
    'a controller that does not exist',
    { sourcePort: PORT, targets: TARGETS, balancerControllerPath: '../gone.js' },
    'The controller HERE/../gone.js does not exist, nor does it with the ending .js. Set the path to the script; in a config file it is relative to that file.',
  ],
];

describe.each(BROKEN)('%s', (_, config, said) => {
  it('is refused by check and start alike', async () => {
    const place = await host();
    const file = await place.write('config.json', config);
    const message = said.replaceAll('FILE', file).replaceAll('HERE/..', join(place.folder, '..'));
    await isRefused(place, `Error: ${message}\n`);
  });
});

describe('a file', () => {
  it('that is missing is named in full', async () => {
    const place = await host();
    const message = `Error: There is no config file ${join(place.folder, 'config.json')}. Create it, or name another one with --config path.\n`;
    await isRefused(place, message);
  });

  it('that is a folder is refused', async () => {
    const place = await host();
    const message = `Error: ${place.folder} is a directory. Name the config file in it: --config ${place.folder}/config.json\n`;
    await isRefused(place, message, '--config', '.');
  });
});

const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('the balancer itself as a target', () => {
  it.each(['127.0.0.1', 'localhost', ...(own ? [own] : [])])('by %s', async (address) => {
    const place = await host();
    const sourcePort = await lastingPort();
    const targets = [...TARGETS, { host: address, port: sourcePort }];
    const file = await place.write('config.json', { sourcePort, targets });
    const message = `Error: ${file}:1: targets[1] is ${address}:${sourcePort}, where the balancer itself listens; expected another host or port.\n`;
    await isRefused(place, message);
  });
});

/** Nothing may have changed: not even a log file or a folder for control sockets. */
async function isRefused(place: Host, message: string, ...args: string[]): Promise<void> {
  const before = readdirSync(place.folder);
  for (const name of ['check', 'start']) {
    expect(await place.command(name, ...args)).toEqual({ code: 1, stdout: '', stderr: message });
    expect(readdirSync(place.folder)).toEqual(before);
    expect(place.processes()).toEqual([]);
  }
}
