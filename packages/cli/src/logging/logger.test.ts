// The logger writes to descriptor 1, so each case is a process of its own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MODULE = fileURLToPath(new URL('../../dist/logging/logger.js', import.meta.url));

function logOf(script: string, env: NodeJS.ProcessEnv = {}): string {
  const text = `import { createLogger } from ${JSON.stringify(MODULE)};\n${script}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    // Node takes the surroundings of a continuous integration for a terminal of few colors.
    env: { ...process.env, CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm', ...env },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

it('writes one JSON object a line where there is no terminal', () => {
  const lines = logOf(`
    const log = createLogger({ role: 'primary' });
    log.info({ port: 80 }, 'listens');
    log.error({ err: new Error('no') }, 'two\\nlines');
  `).split('\n');
  expect(lines).toHaveLength(3);
  const [first, second] = lines.slice(0, 2).map((line) => JSON.parse(line));
  expect(Object.keys(first)).toEqual(['level', 'time', 'role', 'pid', 'port', 'msg']);
  expect(first).toMatchObject({ level: 'info', role: 'primary', pid: expect.any(Number), port: 80, msg: 'listens' });
  expect(first.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(second).toMatchObject({ level: 'error', msg: 'two\nlines', err: { message: 'no' } });
});

it('has written what it was told before the process ends, however it ends', () => {
  const ended = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createLogger } from ${JSON.stringify(MODULE)};
      createLogger({}).info({}, 'last words');
      process.kill(process.pid, 'SIGKILL');`,
    ],
    { encoding: 'utf8' },
  );
  expect(ended.signal).toBe('SIGKILL');
  expect(JSON.parse(ended.stdout).msg).toBe('last words');
});

it('writes lines for people on a terminal', () => {
  const text = logOf(`
    createLogger({ role: 'primary' }, true).warn({ target: '127.0.0.1:80' }, 'target suspended');
  `);
  expect(text).toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
  expect(text).toMatch(/WARN.*target suspended/);
  expect(text).toMatch(/target.*127\.0\.0\.1:80/s);
  expect(() => JSON.parse(text)).toThrow();
});

it('lets no text look like another line on a terminal, or steer it', () => {
  const text = logOf(
    `
    const log = createLogger({}, true);
    log.info({ who: 'a\\u202eb' }, 'blocked: \\x1b[2Jx\\n[10:00:00.000] INFO: forged');
  `,
    { NO_COLOR: '1' },
  );
  expect(text).toMatch(/^\[.+\] INFO: blocked: \\u001b\[2Jx\n {4}\[10:00:00\.000\] INFO: forged/);
  expect(text).not.toContain('\u202e');
});

it.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
  [{ FORCE_COLOR: '0' }, false],
  [{ TERM: 'dumb', FORCE_COLOR: '1' }, true],
])('colors what a terminal shows with %j: %s', (env, isColored) => {
  const script = "createLogger({}, true).warn({ port: 80 }, 'listens');";
  expect(logOf(script, env).includes('\u001b[')).toBe(isColored);
});

it('writes JSON without colors where there is no terminal, whatever is forced', () => {
  const text = logOf("createLogger({}).warn({}, 'listens');", { FORCE_COLOR: '3' });
  expect(JSON.parse(text)).toMatchObject({ msg: 'listens' });
});
