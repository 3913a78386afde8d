// What is answered on the control socket, to whatever is asked: through the client, as curl asks, and as nobody should.
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { BalancerError, type ErrorCode } from '@lb/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { openTestControl } from '../../testing/control.ts';
import { sessionDocument, statusDocument } from '../../testing/documents.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { ControlClient } from '../client.ts';
import type { ControlHandlers } from './handlers.ts';
import { parseTargetName } from './target-name.ts';

async function open(changes?: Partial<ControlHandlers>) {
  const folder = temporaryFolder();
  const { index } = await openTestControl(folder, changes);
  return { client: new ControlClient(index, folder), path: join(folder, `${index}.sock`) };
}

describe('the client', () => {
  it('gets what it asks for', async () => {
    const { client } = await open();
    expect(await client.status()).toEqual(statusDocument());
    expect(await client.targets()).toEqual({ version: 1, index: 0, epoch: 7, targets: statusDocument().targets });
    const address = 'fe80::1%a&b';
    expect(await client.session(address)).toEqual(sessionDocument({ clientAddress: address, clientKey: address }));
    expect(await client.reload()).toMatchObject({ changed: ['targets'], workersReplaced: 0 });
    const head = { version: 1, index: 0, target: 'unix:/a b"c', previous: 'enabled', suspended: false };
    expect(await client.setMode('unix:/a b"c', 'draining')).toEqual({ ...head, mode: 'draining' });
    expect(await client.setMode('unix:/a b"c', 'enabled')).toEqual({ ...head, mode: 'enabled' });
    expect(await client.setMode('unix:/a b"c', 'disabled')).toEqual({ ...head, mode: 'disabled' });
    expect(await client.stop()).toEqual({ version: 1, pids: [1, 2] });
  });

  it('passes on in plain words what is refused', async () => {
    const { client } = await open({
      reload: () => Promise.reject(new ConfigError('INVALID_CONFIG', ['one thing', 'another'])),
    });
    await expect(client.reload()).rejects.toThrow(/^Balancer 0: one thing\nanother$/);
  });

  it('shows in full what is not as it should be', async () => {
    const { client } = await open({ status: () => Promise.reject(new Error('not now')) });
    await expect(client.status()).rejects.toThrow(
      'Balancer 0 answered 500 to GET /v1/status: {"version":1,"code":"INTERNAL","error":"not now"}',
    );
  });
});

describe('a wrong request', () => {
  const shape = 'Send {"target": "10.0.0.1:8000"}.';

  it.each([
    ['POST', '/v1/drain', '{', 400, 'INVALID_JSON', `The body is not JSON. ${shape}`],
    ['POST', '/v1/drain', '', 400, 'INVALID_JSON', `The body is not JSON. ${shape}`],
    ['POST', '/v1/enable', 'null', 400, 'MISSING_TARGET', `The body names no target. ${shape}`],
    ['POST', '/v1/disable', '{"target":5}', 400, 'MISSING_TARGET', `The body names no target. ${shape}`],
    [
      'POST',
      '/v1/drain',
      '{"target":"a:1","force":"yes"}',
      400,
      'INVALID_FORCE',
      'The field "force" takes true or false.',
    ],
    ['GET', '/v1/sessions', '', 400, 'MISSING_CLIENT', 'Name the client: GET /v1/sessions?client=203.0.113.7.'],
    ['GET', '/v1/sessions?client=', '', 400, 'MISSING_CLIENT', 'Name the client: GET /v1/sessions?client=203.0.113.7.'],
    [
      'GET',
      '/v2/status?a=b',
      '',
      404,
      'UNKNOWN_PATH',
      'There is no GET /v2/status here. The paths are: GET /v1/status, GET /v1/targets, GET /v1/sessions, POST /v1/reload, POST /v1/drain, POST /v1/enable, POST /v1/disable, POST /v1/stop.',
    ],
    ['POST', '/v1/status', '', 405, 'WRONG_METHOD', '/v1/status takes GET, not POST.'],
    ['GET', '/v1/stop', '', 405, 'WRONG_METHOD', '/v1/stop takes POST, not GET.'],
    ['POST', '/v1/drain', 'x'.repeat(70_000), 413, 'BODY_TOO_LARGE', 'The body is longer than 64 KiB. Send less.'],
    ['POST', '/v1/drain', 'x'.repeat(9_000_000), 413, 'BODY_TOO_LARGE', 'The body is longer than 64 KiB. Send less.'],
  ])('%s %s is told what is right', async (method, url, body, status, code, error) => {
    const { path, client } = await open();
    const answer = await ask(path, method, url, body);
    expect(answer).toMatchObject({ status, body: { version: 1, code, error } });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers.allow).toBe(status === 405 ? (method === 'GET' ? 'POST' : 'GET') : undefined);
    expect(await client.status()).toEqual(statusDocument());
  });

  it('that is no HTTP is refused, in JSON', async () => {
    const { path, client } = await open();
    const said = await send(path, 'hello\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/json\r\n/);
    expect(JSON.parse(said.split('\r\n\r\n')[1] as string)).toMatchObject({ version: 1, code: 'INVALID_REQUEST' });
    expect(await client.status()).toEqual(statusDocument());
  });

  it('may break off', async () => {
    const { path, client } = await open();
    const socket = connect(path, () => socket.end('POST /v1/drain HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{'));
    await new Promise((resolve) =>
      socket
        .resume()
        .on('error', () => {})
        .on('close', resolve),
    );
    expect(await client.status()).toEqual(statusDocument());
  });
});

describe('a failure', () => {
  const failure = (code: ErrorCode, retryable = false) => new BalancerError('do this', { code, retryable });

  it.each([
    [failure('UNKNOWN_TARGET'), 404, 'UNKNOWN_TARGET'],
    [failure('INVALID_ADDRESS'), 400, 'INVALID_ADDRESS'],
    [failure('NEEDS_RESTART'), 409, 'NEEDS_RESTART'],
    [failure('STOPPING', true), 503, 'STOPPING'],
    [new ConfigError('INVALID_CONFIG', ['do this']), 422, 'INVALID_CONFIG'],
    [new ConfigError('UNREADABLE_CONFIG', ['do this']), 422, 'UNREADABLE_CONFIG'],
    [Object.assign(new Error('do this'), { code: 'CONTROLLER_NOT_FOUND' }), 422, 'CONTROLLER_NOT_FOUND'],
    [new Error('do this'), 500, 'INTERNAL'],
    ['do this', 500, 'INTERNAL'],
  ])('%s is answered with %d', async (error, status, code) => {
    const { path } = await open({ reload: () => Promise.reject(error) });
    const answer = await ask(path, 'POST', '/v1/reload');
    expect(answer).toMatchObject({ status, body: { version: 1, code, error: 'do this' } });
  });

  it('of a name of a target is one of whoever asked', async () => {
    const { path } = await open({
      setMode: async (text, mode) => {
        return { version: 1, index: 0, target: parseTargetName(text), mode, previous: mode, suspended: false };
      },
    });
    const answer = await ask(path, 'POST', '/v1/drain', '{"target":"a"}');
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_TARGET' } });
  });

  it('to take the last target away goes with what runs, unless it is forced', async () => {
    const setMode = vi.fn(async (target: string, mode: 'draining' | 'disabled' | 'enabled', isForced: boolean) => {
      if (!isForced) throw new BalancerError('the last one', { code: 'LAST_TARGET' });
      return { version: 1, index: 0, target, mode, previous: 'enabled', suspended: false } as const;
    });
    const { path } = await open({ setMode });
    const refused = { status: 409, body: { code: 'LAST_TARGET', error: 'the last one' } };
    expect(await ask(path, 'POST', '/v1/disable', '{"target":"a:1"}')).toMatchObject(refused);
    expect(await ask(path, 'POST', '/v1/disable', '{"target":"a:1","force":false}')).toMatchObject(refused);
    const forced = await ask(path, 'POST', '/v1/disable', '{"target":"a:1","force":true}');
    expect(forced).toMatchObject({ status: 200, body: { mode: 'disabled' } });
  });

  it.each([
    ['GET', '/v1/status', 5],
    ['POST', '/v1/reload', 60],
  ])('to answer %s %s in time is told', async (method, url, seconds) => {
    const never = vi.fn(() => new Promise<never>(() => {}));
    const { path } = await open({ status: never, reload: never });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = ask(path, method, url);
    while (never.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    expect(await answer).toMatchObject({
      status: 503,
      body: {
        version: 1,
        code: 'NOT_DONE_YET',
        error: `${url} is not done after ${seconds} s. It goes on; the log says what comes of it.`,
      },
    });
  });
});

interface Answered {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: unknown;
}

function ask(socketPath: string, method: string, path: string, body = ''): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, agent: false }, (response) => {
      const { statusCode: status, headers } = response;
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status, headers, body: JSON.parse(text) }));
    });
    asked.on('error', reject).end(body);
  });
}

/** What comes back before the other side closes. */
function send(socketPath: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(socketPath, () => socket.write(text));
    socket.on('data', (part) => {
      said += part;
    });
    socket.on('error', reject).on('close', () => resolve(said));
  });
}
