// Configs that are well formed, but that a start shows to be broken: their controllers, users and names.
import { describe, expect, it } from 'vitest';
import { whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';

const TARGETS = [{ host: '127.0.0.1', port: 9 }];
const CORRECT = 'Correct the script.';

/** What is wrong with a controller, its file's name and text, and what is said; NAME is what Node calls a function. */
const CONTROLLERS: readonly [string, string, string, string][] = [
  [
    'has no run function',
    'balancer.js',
    'module.exports.start = function () {};',
    'exports no function named run. Add "module.exports.run = function (balancer) {...}", or in an ES module "export function run(balancer) {...}".',
  ],
  [
    'throws',
    'balancer.js',
    'const settings = {};\nthrow new Error("no settings");',
    `failed while it was loaded: Error: no settings. ${CORRECT}\n    at NAME (FILE:2:7)`,
  ],
  [
    'is not JavaScript',
    'balancer.js',
    'module.exports.run = functoin (balancer) {};',
    `failed while it was loaded: SyntaxError: Unexpected token '{'. ${CORRECT}\n    FILE:1\n    module.exports.run = functoin (balancer) {};`,
  ],
  [
    'throws in its run function',
    'balancer.js',
    'module.exports.run = function (balancer) {\n  balancer.addMiddlware();\n};',
    `failed in its run function: TypeError: balancer.addMiddlware is not a function. ${CORRECT}\n    at NAME (FILE:2:12)`,
  ],
  [
    'has a run function that rejects',
    'balancer.mjs',
    'export async function run() {\n  throw new RangeError("no database");\n}',
    `failed in its run function: RangeError: no database. ${CORRECT}\n    at NAME (file://FILE:2:9)`,
  ],
  [
    'requires what is not installed',
    'balancer.js',
    'require("no-such-package");',
    "failed while it was loaded: Error: Cannot find module 'no-such-package'. Install or correct what the script imports.",
  ],
];

describe.each(CONTROLLERS)('a controller that %s', (_, name, text, said) => {
  it('stops the start with the reason', async () => {
    const place = await host();
    const file = await place.write(name, text);
    const port = await writeConfig(place, { balancerControllerPath: name });
    const stderr = await refusal(place, port);
    expect(stderr).toMatch(startOf(`Error: The controller ${file} ${said.replaceAll('FILE', file)}`));
  });
});

it('what start says, run says too', async () => {
  const place = await host();
  await place.write('balancer.js', 'module.exports.run = () => Promise.reject("not today");');
  const port = await writeConfig(place, { balancerControllerPath: 'balancer.js' });
  const stderr = await refusal(place, port);
  expect(stderr).toContain('failed in its run function: not today. ');
  expect(await place.command('run')).toMatchObject({ code: 1, stderr });
});

it('a target whose name leads to the balancer itself stops the start, and is not valid for check', async () => {
  const place = await host();
  const port = await writeConfig(place, {});
  // Not an address as it stands; every system's resolver knows what it means.
  await place.write('config.json', { sourcePort: port, targets: [{ host: '127.1', port }] });
  const stderr = `Error: The target 127.1:${port} is this balancer itself (127.0.0.1). Give the target's own port.\n`;
  expect(await refusal(place, port)).toBe(stderr);
  expect(await place.command('check')).toMatchObject({ code: 1, stdout: '', stderr });
});

it('a folder for control sockets that is not safe stops the start', async () => {
  const place = await host();
  const port = await writeConfig(place, {});
  await place.write('runtime', 'not a folder');
  expect(await refusalBeforeLog(place, port)).toBe(
    `Error: ${place.runtime} is meant for control sockets, but it is not a folder itself. Remove it; or set LOADBALANCER_RUNTIME_DIR to another folder.\n`,
  );
});

it('a folder for control sockets with too long a path stops the start', async () => {
  const place = await host({ runtime: 'x'.repeat(110) });
  const port = await writeConfig(place, {});
  expect(await refusalBeforeLog(place, port)).toMatch(
    /^Error: The path .*x is too long for control sockets by \d+ bytes\. /,
  );
});

async function writeConfig(place: Host, options: object): Promise<number> {
  const sourcePort = await lastingPort();
  await place.write('config.json', { sourcePort, balancerCount: 1, targets: TARGETS, ...options });
  return sourcePort;
}

/** What a `start` that fails says, also in its log. */
async function refusal(place: Host, port: number): Promise<string> {
  const stderr = await saidOf(place, port);
  const log = await place.log();
  expect(log.at(-1)).toMatchObject({ level: 'error', role: 'supervisor' });
  expect(`Error: ${log.at(-1)?.msg.replace('the primary cannot start: ', '')}\n`).toBe(stderr);
  return stderr;
}

/** What a `start` says that fails before it has opened its log. */
async function refusalBeforeLog(place: Host, port: number): Promise<string> {
  const stderr = await saidOf(place, port);
  await expect(place.log()).rejects.toMatchObject({ code: 'ENOENT' });
  return stderr;
}

/** Nothing of a `start` that fails may be left. */
async function saidOf(place: Host, port: number): Promise<string> {
  const { code, stdout, stderr } = await place.command('start');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
  await expect(whoServes(port, '127.0.0.1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  return stderr;
}

function startOf(text: string): RegExp {
  const literal = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace('NAME', '[^(]+')}`);
}
