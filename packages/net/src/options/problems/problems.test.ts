import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../resolve.ts';
import { OptionsError } from './options-error.ts';

function refusal(input: unknown): OptionsError {
  try {
    resolveOptions(input, { localAddresses: ['192.0.2.7'] });
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const messages = (input: unknown) => refusal(input).problems.map(({ message }) => message);
const targets = [{ host: 'app', port: 8000 }];
const targetMessages = (...list: unknown[]) => messages({ sourcePort: 80, targets: list });

it('shows all problems at once, one a line', () => {
  const error = refusal({
    sourcePrt: 80,
    targets: [{ host: 'app', port: 0 }],
    sessionExpiry: '5s',
    downgradeToGroup: 'x',
  });
  expect(error.code).toBe('INVALID_OPTIONS');
  expect(error.problems.map(({ path }) => path)).toEqual([
    'targets[0].port',
    'sessionExpiry',
    'sourcePrt',
    'downgradeToGroup',
  ]);
  expect(error.problems[0]?.steps).toEqual(['targets', 0, 'port']);
  expect(error.message).toMatchInlineSnapshot(`
    "The options are not valid:
      targets[0].port is 0; expected a whole number from 1 to 65535.
      sessionExpiry is "5s"; expected a whole number of milliseconds from 1 to 8640000000.
      sourcePrt is not an option. Did you mean sourcePort?
      downgradeToGroup is "x"; expected downgradeToUser beside it."
  `);
});

describe('wrong values', () => {
  it.each([[null], ['text'], [[]], [7]])('the whole: %j', (input) => {
    expect(messages(input)).toHaveLength(1);
  });

  it('names what is expected, with its unit and range', () => {
    const wrong = {
      sourcePort: '99999',
      sourceHost: 'localhost',
      balancerCount: 5000,
      targets: [],
      sessionExpiry: '5s',
      maxSessions: '5',
      stickiness: [],
      clientKey: { ipv4Prefix: 33, ipv6Prefix: null },
      downgradeToUser: '99999999999',
      balancerControllerPath: ['x'],
      idleTimeout: 1.5,
      $schema: {},
    };
    expect(messages(wrong)).toMatchInlineSnapshot(`
      [
        "sourcePort is "99999"; expected a whole number from 0 to 65535.",
        "sourceHost is "localhost"; expected an IP address (a link-local one with its zone: "fe80::1%eth0").",
        "balancerCount is 5000; expected a whole number of processes from 1 to 1024.",
        "targets is an empty list; expected a list of 1 to 10000 targets, such as [{ "host": "localhost", "port": 8000 }].",
        "sessionExpiry is "5s"; expected a whole number of milliseconds from 1 to 8640000000.",
        "maxSessions is "5"; expected a whole number of sessions from 1 to 16000000.",
        "stickiness is an empty list; expected true or false.",
        "clientKey.ipv4Prefix is 33; expected a whole number of bits from 1 to 32.",
        "clientKey.ipv6Prefix is null; expected a whole number of bits from 1 to 128.",
        "downgradeToUser is "99999999999"; expected a user's name, or a uid from 1 to 4294967294.",
        "balancerControllerPath is a list of 1; expected a file's path.",
        "idleTimeout is 1.5; expected a whole number of milliseconds from 0 to 8640000000.",
        "$schema is an object; expected the address of a JSON Schema.",
      ]
    `);
  });

  it('says how long a list is, and that a number is a BigInt', () => {
    expect(messages({ sourcePort: 80n, targets: Array(10_001).fill(targets[0]) })).toEqual([
      'sourcePort is 80n; expected a whole number from 0 to 65535.',
      'targets is a list of 10001; expected a list of 1 to 10000 targets, such as [{ "host": "localhost", "port": 8000 }].',
    ]);
  });

  it('shortens what is long', () => {
    expect(messages({ sourcePort: 'x'.repeat(1000), targets })[0]?.length).toBeLessThan(150);
  });

  it('says what is missing', () => {
    expect(messages({})).toMatchInlineSnapshot(`
      [
        "sourcePort is missing; expected a whole number from 0 to 65535.",
        "targets is missing; expected a list of 1 to 10000 targets, such as [{ "host": "localhost", "port": 8000 }].",
      ]
    `);
  });

  it('never shows a secret', () => {
    for (const hashSeed of [{ hush: 'hush' }, ['hush'], 'hush'.repeat(999)]) {
      const { message } = refusal({ sourcePort: 80, targets, hashSeed });
      expect(message).toContain('hashSeed is wrong (its value is not shown); expected text of 1 to 1024 characters.');
      expect(message).not.toContain('hush');
    }
  });
});

describe('unknown options', () => {
  it('names the nearest known one, if it is near', () => {
    const unknown = {
      sourceport: 1,
      seesionExpiry: 1,
      targetDeactivationTime: 1,
      port: 1,
      configDir: '/',
      clientKey: { ipv6: 1 },
    };
    expect(messages({ sourcePort: 80, targets, ...unknown })).toMatchInlineSnapshot(`
      [
        "clientKey.ipv6 is not an option.",
        "sourceport is not an option. Did you mean sourcePort?",
        "seesionExpiry is not an option. Did you mean sessionExpiry?",
        "targetDeactivationTime is not an option. Did you mean targetDeactivationDuration?",
        "port is not an option.",
        "configDir is not an option.",
      ]
    `);
  });

  it('tells a misspelt name once, not as a missing one too', () => {
    expect(messages({ sourcePrt: 80, targets })).toEqual(['sourcePrt is not an option. Did you mean sourcePort?']);
  });

  it('does no harm with names that JavaScript knows', () => {
    const input =
      '{ "sourcePort": 80, "targets": [{ "host": "a", "port": 1, "__proto__": {} }], "__proto__": { "x": 1 }, "constructor": 1 }';
    expect(messages(JSON.parse(input))).toEqual([
      'targets[0].__proto__ is not an option.',
      '__proto__ is not an option.',
      'constructor is not an option.',
    ]);
    expect({}).not.toHaveProperty('x');
  });

  it('shows an odd name in quotes', () => {
    expect(messages({ sourcePort: 80, targets, 'a b\n': 1 })).toEqual(['["a b\\n"] is not an option.']);
  });
});

describe('targets', () => {
  it('explains what is wrong with each', () => {
    expect(
      targetMessages(
        { host: 'app', prot: 8000 },
        { hots: 'app', port: 8000 },
        { pth: '/run/app.sock' },
        { host: 'app' },
        {},
        'app:8000',
        { host: 'http://app', port: 70_000 },
        { path: 'app.sock' },
        { host: 'app', port: 8000, path: '/run/app.sock' },
        { host: 'app', path: '/run/app.sock' },
        { host: 'app', port: 8000, weight: 0, wait: 1 },
      ),
    ).toMatchInlineSnapshot(`
      [
        "targets[0].prot is not an option. Did you mean targets[0].port?",
        "targets[1].hots is not an option. Did you mean targets[1].host?",
        "targets[2].pth is not an option. Did you mean targets[2].path?",
        "targets[3].port is missing; expected a whole number from 1 to 65535.",
        "targets[4].host is missing; expected a host name or an IP address, without scheme, brackets or port (a link-local address with its zone: "fe80::1%eth0").",
        "targets[4].port is missing; expected a whole number from 1 to 65535.",
        "targets[5] is "app:8000"; expected an object with host and port, or with path.",
        "targets[6].host is "http://app"; expected a host name or an IP address, without scheme, brackets or port (a link-local address with its zone: "fe80::1%eth0").",
        "targets[6].port is 70000; expected a whole number from 1 to 65535.",
        "targets[7].path is "app.sock"; expected a unix socket's absolute path, 107 bytes at most.",
        "targets[8].path cannot go together with host and port; expected an object with host and port, or with path.",
        "targets[9].host cannot go together with path; expected an object with host and port, or with path.",
        "targets[10].weight is 0; expected a number greater than 0 and at most 1000.",
        "targets[10].wait is not an option.",
      ]
    `);
  });

  it('refuses one that is the balancer itself, even beside other problems', () => {
    const list = [
      { host: 'localhost', port: 80 },
      { host: '192.0.2.7', port: '80' },
      { host: 'localhost', port: 81 },
    ];
    expect(messages({ sourcePort: 80, targets: list, unknown: 1 })).toMatchInlineSnapshot(`
      [
        "unknown is not an option.",
        "targets[0] is localhost:80, where the balancer itself listens; expected another host or port.",
        "targets[1] is 192.0.2.7:80, where the balancer itself listens; expected another host or port.",
      ]
    `);
  });
});

describe('between options', () => {
  it('a group needs a user', () => {
    const expected = ['downgradeToGroup is "web"; expected downgradeToUser beside it.'];
    expect(messages({ sourcePort: 80, targets, downgradeToGroup: 'web' })).toEqual(expected);
    expect(messages({ sourcePort: 80, targets, downgradeToGroup: 'web', downgradeToUser: 0 })).toEqual(expected);
  });

  it('a user that is wrong is not called missing', () => {
    expect(messages({ sourcePort: 80, targets, downgradeToGroup: 'web', downgradeToUser: -1 })).toEqual([
      "downgradeToUser is -1; expected a user's name, or a uid from 1 to 4294967294.",
    ]);
  });
});

it('looks for what a name was meant to be only among the first 100 names of an object', () => {
  const misspelt = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`sourcePrt${n}`, 1]));
  const said = messages({ ...misspelt, targets });
  expect(said.filter((message) => message.endsWith('Did you mean sourcePort?'))).toHaveLength(100);
  // What is missing is not taken for misspelt, either.
  const unlike = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`unlike anything ${n}`, 1]));
  expect(messages({ targets, ...unlike, sourcePrt: 80 })[0]).toMatch(/^sourcePort is missing/);
});
