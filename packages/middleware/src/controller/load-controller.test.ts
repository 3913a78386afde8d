// Real controller files, in each format and with each fault.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ControllerError } from '../errors.ts';
import { type ControllerFolder, makeControllerFolder } from '../testing/controller-folder.ts';
import { connectionFrom, FakeConnection, FakeControl } from '../testing/fakes.ts';
import { ControllerBalancer } from './controller-balancer.ts';
import { loadController } from './load-controller.ts';

const ADD = `balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) { next('blocked by the file'); });`;
const ADD_TYPED = `const reason: string = 'blocked by the file';
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (_socket: object, next: (reason?: string) => void) => next(reason));`;

let folder: ControllerFolder;
beforeEach(() => {
  folder = makeControllerFolder();
});
afterEach(() => {
  folder.remove();
});

/** Loads and runs a controller, and asks it about a client. */
async function answerOf(path: string, clientAddress = '192.0.2.1'): Promise<string | undefined> {
  const balancer = new ControllerBalancer(new FakeControl());
  const controller = await loadController(path);
  await controller.run(balancer);
  return new Promise((resolve) => balancer.admit(connectionFrom(clientAddress), resolve, new FakeConnection()));
}

async function errorOf(work: Promise<unknown>): Promise<ControllerError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ControllerError);
  return error as ControllerError;
}

describe('the example in the README of LoadBalancer.js 0.9.26', () => {
  const example = `module.exports.run = function (balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) {
    // You can use whatever logic you want in order to decide whether or 
    // not to process this connection
    if (...) {
      // Allow connection to go through
      next();
    } else {
      // Block connection
      next('Blocked connection from client with IP: ' + socket.remoteAddress);
    }
  });
};
`;

  test('runs unchanged', async () => {
    const path = folder.write('balancer.js', example.replace('...', `socket.remoteAddress == '::ffff:192.0.2.1'`));
    const balancer = new ControllerBalancer(new FakeControl());
    const notice = vi.fn();
    balancer.on('notice', notice);
    await (await loadController(path)).run(balancer);
    const done = vi.fn();
    balancer.admit(connectionFrom('192.0.2.1'), done, new FakeConnection());
    balancer.admit(connectionFrom('192.0.2.2'), done, new FakeConnection());
    const reason = 'Blocked connection from client with IP: ::ffff:192.0.2.2';
    expect(done.mock.calls).toEqual([[undefined], [reason]]);
    expect(notice.mock.calls).toMatchObject([[reason, { clientAddress: '192.0.2.2' }]]);
  });
});

describe('formats', () => {
  test.each([
    ['exports.js', `module.exports.run = function (balancer) { ${ADD} };`],
    ['object.cjs', `module.exports = { run(balancer) { ${ADD} } };`],
    ['required.js', `const { isIP } = require('node:net'); exports.run = (balancer) => { isIP(''); ${ADD} };`],
    ['compiled.js', `exports.__esModule = true; exports.default = function run(balancer) { ${ADD} };`],
    ['named.mjs', `export function run(balancer) { ${ADD} }`],
    ['default-object.mjs', `export default { run(balancer) { ${ADD} } };`],
    ['default-function.mjs', `export default function run(balancer) { ${ADD} }`],
    ['named.js', `export function run(balancer) { ${ADD} }`],
    ['imports.js', `import { isIP } from 'node:net';\nexport const run = (balancer) => { isIP(''); ${ADD} };`],
    ['default-object.js', `export default { run(balancer) { ${ADD} } };`],
    ['default-function.js', `export default function run(balancer) { ${ADD} }`],
    ['awaits.mjs', `await null;\nexport function run(balancer) { ${ADD} }`],
    ['awaits.js', `const ready = await true;\nexport function run(balancer) { ready; ${ADD} }`],
    ['async.js', `exports.run = async function (balancer) { await null; ${ADD} };`],
    ['async.mjs', `export async function run(balancer) { await null; ${ADD} }`],
    ['no-extension', `exports.run = function (balancer) { ${ADD} };`],
    ['a folder/index.js', `exports.run = function (balancer) { ${ADD} };`],
  ])('%s is loaded and run', async (name, text) => {
    const path = folder.write(name, text);
    expect(await answerOf(path)).toBe('blocked by the file');
    expect((await loadController(path)).file).toBe(path);
  });

  test.each([
    ['module', `export function run(balancer) { ${ADD} }`],
    ['commonjs', `exports.run = function (balancer) { ${ADD} };`],
  ])('a .js file in a package of type %s is loaded and run', async (type, text) => {
    folder.write('package.json', JSON.stringify({ type }));
    expect(await answerOf(folder.write('balancer.js', text))).toBe('blocked by the file');
  });

  test('run is called as a method of what the script exports', async () => {
    const own = `module.exports = { add(balancer) { ${ADD} }, run(balancer) { this.add(balancer); } };`;
    expect(await answerOf(folder.write('own.js', own))).toBe('blocked by the file');
    const byDefault = `export default { add(balancer) { ${ADD} }, run(balancer) { this.add(balancer); } };`;
    expect(await answerOf(folder.write('default.mjs', byDefault))).toBe('blocked by the file');
  });

  test('run is called at once, and an async run is waited for', async () => {
    const text = `exports.run = async (balancer) => { balancer.order.push('called'); await null; balancer.order.push('ended'); };`;
    const controller = await loadController(folder.write('slow.js', text));
    const balancer = Object.assign(new ControllerBalancer(new FakeControl()), { order: [] as string[] });
    const running = controller.run(balancer);
    expect(balancer.order).toEqual(['called']);
    await running;
    expect(balancer.order).toEqual(['called', 'ended']);
  });
});

describe('paths', () => {
  const text = `exports.run = function (balancer) { ${ADD} };`;

  test('the ending .js may be left out', async () => {
    const file = folder.write('balancer.js', text);
    expect((await loadController(join(folder.path, 'balancer'))).file).toBe(file);
    expect((await loadController(join(folder.path, 'config', '..', 'balancer'))).file).toBe(file);
  });

  test('a folder means its index.js', async () => {
    const file = folder.write('balancer/index.js', text);
    expect((await loadController(join(folder.path, 'balancer'))).file).toBe(file);
  });

  test('a relative path starts from the working directory', async () => {
    const file = folder.write('balancer.js', text);
    expect((await loadController(relative(process.cwd(), file))).file).toBe(file);
  });

  test.each([['my 100%#balancer.js'], ['a?b.cjs']])('%j is taken as it is', async (name) => {
    expect(await answerOf(folder.write(name, text))).toBe('blocked by the file');
  });
});

describe('TypeScript', () => {
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);

  test.each([
    ['named.ts', `export function run(balancer: any): void { ${ADD_TYPED} }`],
    ['default.ts', `export default { run(balancer: any): void { ${ADD_TYPED} } };`],
    ['commonjs.ts', `module.exports.run = function (balancer: any): void { ${ADD_TYPED} };`],
    ['module.mts', `await null;\nexport default function run(balancer: any): void { ${ADD_TYPED} }`],
    ['commonjs.cts', `exports.run = function (balancer: any): void { ${ADD_TYPED} };`],
  ])('%s runs where Node strips types, and is a clear error elsewhere', async (name, text) => {
    const path = folder.write(name, text);
    if (stripsTypes) {
      expect(await answerOf(path)).toBe('blocked by the file');
      return;
    }
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_TYPESCRIPT_UNSUPPORTED', file: path });
    for (const part of [path, process.version, 'Node 22.18', 'compile']) expect(error.message).toContain(part);
  });

  test('what needs more than stripping is a clear error', async () => {
    const path = folder.write('enum.ts', 'enum Verdict { Yes }\nexport function run(): void { Verdict.Yes; }');
    const error = await errorOf(loadController(path));
    expect(error.code).toBe(stripsTypes ? 'CONTROLLER_FAILED' : 'CONTROLLER_TYPESCRIPT_UNSUPPORTED');
    expect(error.message).toContain(stripsTypes ? 'Node only strips types' : 'Node 22.18');
  });
});

describe('faults', () => {
  test.each([['absent.js'], ['absent'], ['absent.ts'], ['file.js/absent']])('%s does not exist', async (name) => {
    folder.write('file.js', '');
    const path = join(folder.path, name);
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_NOT_FOUND', file: path });
    expect(error.message).toContain(`${path} does not exist`);
  });

  test('an empty path, and a folder without an index.js, are not found', async () => {
    expect((await errorOf(loadController(''))).message).toContain('empty');
    mkdirSync(join(folder.path, 'balancer'));
    const error = await errorOf(loadController(join(folder.path, 'balancer')));
    expect(error.code).toBe('CONTROLLER_NOT_FOUND');
    expect(error.message).toContain('is a folder without an index.js');
  });

  test('a link that leads to itself cannot be read', async () => {
    const path = join(folder.path, 'balancer.js');
    symlinkSync(path, path);
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_UNREADABLE', file: path, cause: { code: 'ELOOP' } });
    expect(error.message).toContain(path);
  });

  test.skipIf(process.platform === 'win32')('a named pipe is not waited for', async () => {
    const path = join(folder.path, 'balancer.js');
    execFileSync('mkfifo', [path]);
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_UNREADABLE', file: path });
    expect(error.message).toContain(`The controller ${path} cannot be read: it is not a file.`);
  });

  test.skipIf(process.platform === 'win32')('what this user may not read cannot be read', async () => {
    const file = folder.write('balancer.js', 'exports.run = () => {};');
    const hidden = folder.write('hidden/balancer.js', 'exports.run = () => {};');
    chmodSync(folder.path, 0o755);
    chmodSync(file, 0o000);
    chmodSync(join(folder.path, 'hidden'), 0o000);
    for (const path of [file, hidden]) {
      const error = await errorOf(asOrdinaryUser(() => loadController(path)));
      expect(error).toMatchObject({ code: 'CONTROLLER_UNREADABLE', file: path, cause: { code: 'EACCES' } });
      expect(error.message).toContain(path);
    }
    chmodSync(join(folder.path, 'hidden'), 0o700);
  });

  test.each([
    ['throws.js', `throw new TypeError('out of order');`, 'TypeError: out of order'],
    ['throws.mjs', `await null;\nthrow new TypeError('out of order');`, 'TypeError: out of order'],
    ['throws-text.js', `throw 'out of order';`, 'out of order'],
    ['syntax.js', `exports.run = function ( {`, 'SyntaxError: '],
    ['syntax.mjs', `export functio run() {}`, 'SyntaxError: '],
    ['both.js', `export function run() {}\nrequire('node:net');`, 'ReferenceError: require is not defined'],
    [
      'getter.js',
      `Object.defineProperty(exports, 'run', { get() { throw new Error('no run today'); } });`,
      'no run today',
    ],
    ['needs.js', `require('no-such-package-here');`, 'Install or correct what the script imports'],
    ['needs.mjs', `import 'no-such-package-here';`, 'Install or correct what the script imports'],
  ])('%s fails while it is loaded', async (name, text, part) => {
    const path = folder.write(name, text);
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_FAILED', file: path });
    expect(error.cause).toBeDefined();
    expect(error.message).toContain(`The controller ${path} failed while it was loaded: `);
    expect(error.message).toContain(part);
    expect(error.message).not.toContain('\n');
  });

  test.each([
    ['empty.js', ''],
    ['other.js', 'exports.start = function () {};'],
    ['text.js', `exports.run = 'fast';`],
    ['null.js', 'module.exports = null;'],
    ['nothing.js', 'module.exports = undefined;'],
    ['empty.mjs', 'export {};'],
    ['other.mjs', 'export default { start() {} };'],
    ['data.json', '{}'],
  ])('%s exports no run', async (name, text) => {
    const path = folder.write(name, text);
    const error = await errorOf(loadController(path));
    expect(error).toMatchObject({ code: 'CONTROLLER_WITHOUT_RUN', file: path });
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain(path);
    expect(error.message).toContain('module.exports.run = function (balancer)');
  });

  test.each([
    ['throws.js', `exports.run = function () { throw new RangeError('not today'); };`, 'RangeError: not today'],
    ['rejects.mjs', `export async function run() { throw new RangeError('not today'); }`, 'RangeError: not today'],
    ['rejects-empty.js', `exports.run = () => Promise.reject();`, 'undefined'],
    ['misuses.js', `exports.run = (balancer) => balancer.addMiddleware('request', () => {});`, '"request"'],
  ])('%s fails in run', async (name, text, part) => {
    const path = folder.write(name, text);
    const controller = await loadController(path);
    const error = await errorOf(controller.run(new ControllerBalancer(new FakeControl())));
    expect(error).toMatchObject({ code: 'CONTROLLER_RUN_FAILED', file: path });
    expect(error.message).toContain(`The controller ${path} failed in its run function: `);
    expect(error.message).toContain(part);
  });
});

/** Root may read everything, so as root another user makes the call. Only its part before the first wait is meant. */
function asOrdinaryUser<T>(call: () => T): T {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65534);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
}
