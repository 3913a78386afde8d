// What the commands to one running balancer print, for people and for programs.
import { describe, expect, it, vi } from 'vitest';
import type { ControlHandlers } from '../control/server/handlers.ts';
import { main } from '../program.ts';
import { openTestControl } from '../testing/control.ts';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';

async function open(changes?: Partial<ControlHandlers>): Promise<void> {
  const folder = temporaryFolder();
  setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
  await openTestControl(folder, changes);
}

/** What a command line says, and whether it failed. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => void out.push(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => void err.push(`${text}\n`)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  await main(['node', 'loadbalancer', ...args]);
  for (const spy of spies) spy.mockRestore();
  const failed = Boolean(process.exitCode);
  process.exitCode = undefined;
  return { out: out.join(''), err: err.join(''), failed };
}

describe('for people', () => {
  it('reload says what has changed, and the notices', async () => {
    await open();
    expect(await run('reload')).toEqual({
      out: 'Balancer 0 reloaded /etc/lb/config.json: targets changed\n',
      err: '',
      failed: false,
    });
    await open({
      reload: async () => {
        const facts = { configPath: '/c.json', changed: [], workersReplaced: 0, notices: ['mind this'] };
        return { version: 1, index: 0, ...facts };
      },
    });
    expect(await run('reload', '0')).toEqual({
      out: 'Balancer 0 reloaded /c.json: no option has changed\n',
      err: 'Notice: mind this\n',
      failed: false,
    });
  });

  it('targets is a table', async () => {
    await open();
    expect((await run('targets')).out).toMatch(/^TARGET +STATE +WEIGHT +CONNECTIONS +SESSIONS\n127\.0\.0\.1:8000 /);
  });

  it('sessions is a sentence', async () => {
    await open();
    expect((await run('sessions', '198.51.100.9', '0')).out).toMatch(/^198\.51\.100\.9 goes to 127\.0\.0\.1:8000, /);
  });

  it.each([
    ['drain', 'LOCALHOST:80', 'localhost:80 of balancer 0 is draining now (it was enabled): '],
    ['enable', '[0::1]:80', '[::1]:80 of balancer 0 was enabled already: '],
    ['disable', 'unix:/run/app.sock', 'unix:/run/app.sock of balancer 0 is disabled now (it was enabled): '],
  ])('%s says what became of %s', async (command, target, said) => {
    await open();
    expect((await run(command, target, '0')).out.startsWith(said)).toBe(true);
  });
});

describe('for programs', () => {
  it.each([
    [['reload'], { changed: ['targets'], workersReplaced: 0 }],
    [['targets'], { epoch: 7 }],
    [['sessions', '198.51.100.9'], { clientAddress: '198.51.100.9', reason: 'session' }],
    [['drain', 'a:80'], { target: 'a:80', mode: 'draining' }],
    [['enable', 'a:80', '0'], { target: 'a:80', mode: 'enabled' }],
    [['disable', 'a:80'], { target: 'a:80', mode: 'disabled' }],
  ])('%j prints the document', async (args, expected) => {
    await open();
    const { out, err, failed } = await run(...args, '--json');
    expect(JSON.parse(out)).toMatchObject({ version: 1, index: 0, ...expected });
    expect({ err, failed }).toEqual({ err: '', failed: false });
  });
});

it('a refusal fails with the words of the balancer', async () => {
  const refusal = Object.assign(new Error('There is no target a:80 here.'), { code: 'UNKNOWN_TARGET' });
  await open({ setMode: () => Promise.reject(refusal) });
  expect(await run('drain', 'a:80')).toEqual({
    out: '',
    err: 'Error: Balancer 0: There is no target a:80 here.\n',
    failed: true,
  });
});

it('the last target is taken only by force', async () => {
  const setMode = vi.fn(async (target: string, mode: 'draining' | 'disabled' | 'enabled') => {
    return { version: 1, index: 0, target, mode, previous: 'enabled', suspended: false } as const;
  });
  await open({ setMode });
  for (const command of ['drain', 'disable']) {
    await run(command, 'a:80');
    expect(setMode.mock.lastCall?.at(2)).toBe(false);
    await run(command, 'a:80', '--force');
    expect(setMode.mock.lastCall?.at(2)).toBe(true);
  }
  expect((await run('enable', 'a:80', '--force')).failed).toBe(true);
});

describe('where no balancer runs', () => {
  const none = 'Error: No balancer is running. "loadbalancer start" starts one.\n';

  it.each(['status', 'targets', 'reload'])('%s fails', async (command) => {
    setEnvironment('LOADBALANCER_RUNTIME_DIR', temporaryFolder());
    expect(await run(command)).toEqual({ out: '', err: none, failed: true });
  });

  it('status --json fails with an empty list', async () => {
    setEnvironment('LOADBALANCER_RUNTIME_DIR', temporaryFolder());
    const { out, failed } = await run('status', '--json');
    expect({ document: JSON.parse(out), failed }).toEqual({
      document: { version: 1, balancers: [], restarting: [] },
      failed: true,
    });
  });

  it.each(['list', 'stop'])('%s has nothing to do', async (command) => {
    setEnvironment('LOADBALANCER_RUNTIME_DIR', temporaryFolder());
    expect(await run(command)).toEqual({ out: 'No balancer is running.\n', err: '', failed: false });
  });
});
