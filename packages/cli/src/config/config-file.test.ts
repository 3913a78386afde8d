import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { OptionsError } from '@lb/net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import { readBytes } from './config-text.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  file = join(folder, 'config.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string | Uint8Array) {
  writeFileSync(file, text);
  return readConfigFile(file);
}

async function refusal(config: Promise<unknown>): Promise<ConfigError> {
  const error = await config.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

/** The message, with the file's path cut to its name. */
const complaint = async (text: string) => (await refusal(read(text))).message.replaceAll(`${folder}/`, '');

const targets = '"targets": [{ "host": "app", "port": 8000 }]';

describe('a good file', () => {
  it('is resolved, with its own folder for the controller', async () => {
    const config = await read(`{ "sourcePort": "80", "balancerControllerPath": "../balancer.js", ${targets} }`);
    expect(config.path).toBe(file);
    expect(config.options).toMatchObject({ sourcePort: 80, balancerControllerPath: join(folder, '../balancer.js') });
    expect(config.notices).toEqual(['sourcePort is "80"; taken for 80.']);
  });

  it('may have comments, trailing commas and a byte order mark', async () => {
    const text = `\uFEFF// Ours\r\n{ "sourcePort": 80, /* here */\r\n ${targets},\r\n}\r\n`;
    expect((await read(text)).options.sourcePort).toBe(80);
  });

  it('may be named from the working directory', async () => {
    await read(`{ "sourcePort": 80, ${targets} }`);
    expect((await readConfigFile(relative(process.cwd(), file))).path).toBe(file);
  });
});

describe('a file that cannot be read', () => {
  it('is missing', async () => {
    const { code, message } = await refusal(readConfigFile('/no/such/config.json'));
    expect(code).toBe('UNREADABLE_CONFIG');
    expect(message).toBe(
      'There is no config file /no/such/config.json. Create it, or name another one with --config path.',
    );
  });

  it('is a directory', async () => {
    mkdirSync(join(folder, 'conf'));
    const { message } = await refusal(readConfigFile(join(folder, 'conf')));
    expect(message).toBe(
      `${folder}/conf is a directory. Name the config file in it: --config ${folder}/conf/config.json`,
    );
  });

  it.skipIf(process.getuid?.() !== 0)('is not ours to read', async () => {
    writeFileSync(file, '{}');
    process.seteuid?.(65_534);
    const config = readConfigFile(file);
    const { message } = await refusal(config).finally(() => process.seteuid?.(0));
    expect(message).toBe(
      `The config file ${file} may not be read by this user. Change its permissions, or name another one with --config path.`,
    );
  });

  it.each(['config.json/below', 'a\0b'])('is behind something odd: %j', async (name) => {
    writeFileSync(file, '{}');
    const { message } = await refusal(readConfigFile(join(folder, name)));
    expect(message).toMatch(
      /^The config file .* cannot be read \(.+\)\. Make it readable, or name another one with --config path\.$/s,
    );
  });

  it('is not UTF-8', async () => {
    expect((await refusal(read(Uint8Array.of(0xff, 0xfe, 0x7b, 0)))).message).toContain(
      'is not UTF-8 text. Save it as UTF-8.',
    );
  });

  it('is UTF-16, with or without a byte order mark', async () => {
    for (const text of ['\uFEFF{ "sourcePort": 80 }', '{ "sourcePort": 80 }']) {
      const { code, message } = await refusal(read(Buffer.from(text, 'utf16le')));
      expect([code, message]).toEqual(['UNREADABLE_CONFIG', `${file} is not UTF-8 text. Save it as UTF-8.`]);
    }
  });

  it('is longer than a config can be', async () => {
    const { code, message } = await refusal(read(' '.repeat(4 * 1024 * 1024 + 1)));
    expect(code).toBe('UNREADABLE_CONFIG');
    expect(message).toBe(`${file} is longer than 4 MiB, the most that a config file may have.`);
  });

  it.skipIf(process.platform === 'win32')('never ends', async () => {
    expect((await refusal(readConfigFile('/dev/zero'))).message).toContain('/dev/zero is longer than 4 MiB');
  });

  it.skipIf(process.platform === 'win32')('is a named pipe without a writer', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect((await refusal(readBytes(pipe, 'do this', 100))).message).toContain('reading it took longer than 0.1 s');
    appendFileSync(pipe, ''); // the thread that waits for a writer would outlast the test
  });

  it.each(['', ' \n', '// nothing yet\n', '\uFEFF'])('is empty: %j', async (text) => {
    expect(await complaint(text)).toBe(
      'The config file config.json is empty. Write at least this into it: { "sourcePort": 80, "targets": [{ "host": "localhost", "port": 8000 }] }',
    );
  });
});

describe('syntax errors', () => {
  it.each([
    ['{\n  "sourcePort": 80\n  "targets": []\n}', ['3:3: expected a comma before this', '"targets": []']],
    [
      '{\n  "sourcePort": 80,,\n  "targets": \n}',
      ['2:20: expected the name of an option in double quotes', '"sourcePort": 80,,', '4:1: expected a value', '}'],
    ],
    [
      "{\n  sourcePort: 80,\n  'targets': []\n}",
      [
        '2:3: this is not JSON; names and text stand in double quotes',
        'sourcePort: 80,',
        '3:3: this is not JSON; names and text stand in double quotes',
        "'targets': []",
      ],
    ],
    [
      '{\n  "balancerControllerPath": "a.js,\n  "sourcePort": 80\n}',
      ['2:29: this text has no closing double quote', '"balancerControllerPath": "a.js,'],
    ],
    ['{ "sourcePort": 80', ['1:19: expected a closing brace }', '{ "sourcePort": 80']],
    ['{ "targets": [ }', ['1:16: expected a value', '{ "targets": [ }']],
    ['{ "sourcePort": 80 } }', ['1:22: expected nothing after the config has ended', '{ "sourcePort": 80 } }']],
    [
      '{\n  "sourcePort": tru\n}',
      ['2:17: this is not JSON; names and text stand in double quotes', '"sourcePort": tru'],
    ],
    ['{ "a": 80 /* for ever', ['1:11: this comment is never closed by */', '{ "a": 80 /* for ever']],
    [
      '{ "a": "C:\\lb.js" }',
      ['1:8: this character cannot follow a backslash; write \\\\ for a backslash', '{ "a": "C:\\lb.js" }'],
    ],
    [`{ "a": "${'x'.repeat(500)}" 1 }`, ['1:511: expected a comma before this', `...${'x'.repeat(57)}" 1 }...`]],
  ])('%j', async (text, lines) => {
    expect((await complaint(text)).replaceAll('config.json:', '').split(/\n */)).toEqual(lines);
  });

  it('has the column after a byte order mark right', async () => {
    expect(await complaint('\uFEFF{ x }')).toMatch(/^config\.json:1:3: /);
  });

  it.each([
    ['['.repeat(3_000) + ']'.repeat(3_000), '1:101'],
    [`{\n "targets": ${'['.repeat(100_000)}`, '2:112'],
    [`{ "a": "[[[",\n "targets": ${'{ "targets": ['.repeat(1_000)}`, '2:712'],
  ])('does not break on what is nested too deep: %#', async (text, place) => {
    expect(await complaint(text)).toBe(
      `config.json:${place}: lists and objects are nested more than 100 deep here. Options need no more than 4; look for brackets that are too many or never closed.`,
    );
  });

  it('shows the first 20 of many, and says how many more there are', async () => {
    const lines = (await complaint(`[${'x\n,'.repeat(10_000)}1]`)).split('\n');
    expect(lines).toHaveLength(41);
    expect(lines[0]).toBe('config.json:1:2: this is not JSON; names and text stand in double quotes');
    expect(lines.at(-1)).toBe('... and 9980 more problems.');
  });
});

describe('options that are wrong', () => {
  it('are shown with the line they stand in', async () => {
    const text = [
      '{',
      '  // Here',
      '  "sourcePort": 99999,',
      '  "sesionExpiry": 1,',
      '  "targets": [',
      '    { "host": "app", "port": 1 },',
      '    {',
      '      "host": "app",',
      '      "port": 0 },',
      '    { "host": "app" }',
      '  ]',
      '}',
    ];
    const error = await refusal(read(text.join('\n')));
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.cause).toBeInstanceOf(OptionsError);
    expect(error.message.replaceAll(folder, '')).toMatchInlineSnapshot(`
      "/config.json:3: sourcePort is 99999; expected a whole number from 0 to 65535.
      /config.json:9: targets[1].port is 0; expected a whole number from 1 to 65535.
      /config.json:10: targets[2].port is missing; expected a whole number from 1 to 65535.
      /config.json:4: sesionExpiry is not an option. Did you mean sessionExpiry?"
    `);
  });

  const many = 10_000;

  it.each([
    ['misspelt', '{ "hots": "a", "prot": 1 }', 2 * many],
    ['wrong', '{ "host": "a", "port": 0 }', many],
  ])(
    'are shown, the first 20 of many, with how many more there are: %s',
    async (_, one, problems) => {
      const text = `{ "sourcePort": 80, "targets": [\n${new Array(many).fill(one).join(',\n')}] }`;
      const lines = (await complaint(text)).split('\n');
      expect(lines).toHaveLength(21);
      expect(lines[19]).toMatch(/^config\.json:(11|21): targets\[(9|19)\]\./);
      expect(lines[20]).toBe(`... and ${problems - 20} more problems.`);
    },
    60_000,
  );

  it('are too many to look for what each was meant to be', async () => {
    const text = `{ ${Array.from({ length: 100_000 }, (_, n) => `"sourcePrt${n}": 1`).join(',\n')} }`;
    const lines = (await complaint(text)).split('\n');
    expect(lines[1]).toBe('config.json:1: sourcePrt0 is not an option. Did you mean sourcePort?');
    expect(lines[20]).toMatch(/^\.\.\. and \d+ more problems\.$/);
  }, 60_000);

  it('are lists that are too long', async () => {
    const text = `{ "sourcePort": 80, ${targets}, "deny": [${'1,'.repeat(1_000_000)}] }`;
    expect(await complaint(text)).toMatch(
      /^config\.json:1: deny is a list of 1000000; expected a list of at most 100000 addresses/,
    );
  }, 60_000);

  it('are names without end', async () => {
    const text = `{ "${'sourcePort'.repeat(100_000)}": 80, ${targets} }`;
    const name = `${'sourcePort'.repeat(6)}...`;
    expect(await complaint(text)).toContain(`config.json:1: ["${name}"] is not an option.`);
  }, 60_000);

  it.each(['[]', '"text"', '7', 'null'])('are no object: %s', async (text) => {
    expect(await complaint(`\n${text}`)).toMatch(
      /^config\.json:2: The options are .*; expected an object with sourcePort and targets\.$/,
    );
  });

  it('are given twice', async () => {
    const text = `{ "sourcePort": 80,\n ${targets},\n "targets": [{ "host": "a",\n "port": 1, "port": 2 }],\n "sourcePort": -1 }`;
    expect(await complaint(text)).toMatchInlineSnapshot(`
      "config.json:3: "targets" is given twice, first in line 2. Keep one of them.
      config.json:4: "port" is given twice, first in line 4. Keep one of them.
      config.json:5: "sourcePort" is given twice, first in line 1. Keep one of them."
    `);
    expect(await complaint(`{ "sourcePort": 80,\n ${targets},\n "sourcePort": 80 }`)).toBe(
      'config.json:3: "sourcePort" is given twice, first in line 1. Keep one of them.',
    );
  });

  it('do no harm with names that JavaScript knows', async () => {
    const text = `{ "__proto__": { "polluted": 1 }, "constructor": 1, "sourcePort": 80, ${targets} }`;
    expect(await complaint(text)).toBe(
      'config.json:1: __proto__ is not an option.\nconfig.json:1: constructor is not an option.',
    );
    expect({}).not.toHaveProperty('polluted');
  });
});

it('says of many notices the first 20, and how many more there are', async () => {
  const list = Array.from({ length: 50 }, (_, n) => `{ "host": "a", "port": "${n + 1}" }`);
  const { notices } = await read(`{ "sourcePort": 80, "targets": [${list}] }`);
  expect(notices).toHaveLength(21);
  expect(notices[20]).toBe('... and 30 more notices.');
});

describe('a secret', () => {
  it.each([
    '{ "hashSeed": "hush",, "sourcePort": 80 }',
    '{ "hashSeed" "hush" }',
    '{ "hashSeed": "hush }',
    '{ "hashSeed": "hu"hush" }',
    '{ "hashSeed": hush }',
    "{ 'hashSeed': 'hush' }",
    '{ hashSeed: "hush" }',
    '{ hashSeed = hush',
    '{ "hashSeed": "one\nhush", "x": 1 }',
    '{ "hashSeed" /* our */ : "hush",, }',
    '{ "hashSeed":\n "hush",, }',
    '{ "hashSeed": ["hush"] }',
    '{ "hashSeed": "hush", "hashSeed": "hush" }',
  ])('is not shown: %j', async (text) => {
    expect(await complaint(text)).not.toContain('hush');
  });

  it.each(['x', '\\\\', '\\n'])('is not shown when it is very long: %j', async (part) => {
    const message = await complaint(`{ "hashSeed": "${part.repeat(1_000_000)}", "x" 1 }`);
    expect(message).toContain('config.json:1:');
    expect(message).not.toContain(part.repeat(3));
  });

  it('hides nothing else in its line', async () => {
    expect(await complaint('{ "hashSeed": "hush", "x" 1 }')).toContain('{ "hashSeed": "(not shown)", "x" 1 }');
  });
});

it('throws nothing but ConfigError, whatever the text', async () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\\',
    '\n',
    '//',
    '/*',
    '"targets"',
    '"sourcePort"',
    '80',
    'x',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
        fc.json(),
      ),
      async (text) => {
        const error = await refusal(read(text));
        expect(error.problems).not.toHaveLength(0);
      },
    ),
    { numRuns: 300 },
  );
});
