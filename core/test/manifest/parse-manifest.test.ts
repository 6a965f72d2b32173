import { describe, expect, test } from 'vitest';

import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { HEAD, refusal } from './refusal.ts';

const FULL = `manifest_version = 1
plugins = ["@acme/backend-foo", "./local.ts"]
[base]
image = "debian/trixie"
[system]
packages = ["git", "curl"]
[gui]
apps = ["firefox-esr"]
[hardware]
gpu = true
audio = false
[mounts]
project = "./:/work"
[runtime]
backend = "namespace"
network_isolation = true
[runtime.resource_limits]
cpu_shares = 512
memory_limit_mb = 2048
`;

test('every key is read', async () => {
  expect(await parseManifestToml(FULL, 'karapace.toml')).toEqual({
    manifest_version: 1,
    plugins: ['@acme/backend-foo', './local.ts'],
    base: { image: 'debian/trixie' },
    system: { packages: ['git', 'curl'] },
    gui: { apps: ['firefox-esr'] },
    hardware: { gpu: true, audio: false },
    mounts: { project: './:/work' },
    runtime: {
      backend: 'namespace',
      network_isolation: true,
      resource_limits: { cpu_shares: 512, memory_limit_mb: 2048 },
    },
  });
});

describe('a wrong type is named with its key, what is expected and what was found', () => {
  test.for([
    ['manifest_version = "1"', '`manifest_version` must be `1`, not the text `1`', '1:20'],
    ['manifest_version = 1\nbase = 5', '`base` must be a table, not the number `5`', '2:8'],
    [
      'manifest_version = 1\nbase.image = 5',
      '`base.image` must be an image reference in quotes, not the number `5`',
      '2:14',
    ],
    [
      `${HEAD}[system]\npackages = "git"`,
      '`system.packages` must be a list of package names, not the text `git`',
      '5:12',
    ],
    [
      `${HEAD}[system]\npackages = [\n "a", 7]`,
      '`system.packages[1]` must be a package name in quotes, not the number `7`',
      '6:7',
    ],
    [`${HEAD}[gui]\napps = true`, '`gui.apps` must be a list of package names, not the boolean `true`', '5:8'],
    [`${HEAD}[hardware]\ngpu = "yes"`, '`hardware.gpu` must be `true` or `false`, not the text `yes`', '5:7'],
    [`${HEAD}[hardware]\naudio = 1979-05-27`, '`hardware.audio` must be `true` or `false`, not a date', '5:9'],
    [`${HEAD}[mounts]\nsrc = 1`, '`mounts.src` must be `host:container` in quotes, not the number `1`', '5:7'],
    [`${HEAD}[runtime]\nbackend = []`, '`runtime.backend` must be a backend name in quotes, not a list', '5:11'],
    [
      `${HEAD}[runtime]\nnetwork_isolation = 1`,
      '`runtime.network_isolation` must be `true` or `false`, not the number `1`',
      '5:21',
    ],
    [`${HEAD}[runtime]\nresource_limits = 1`, '`runtime.resource_limits` must be a table, not the number `1`', '5:19'],
    [
      `${HEAD}[runtime.resource_limits]\ncpu_shares = "2"`,
      '`runtime.resource_limits.cpu_shares` must be a whole number from 2 to 262144, not the text `2`',
      '5:14',
    ],
    [
      `${HEAD}[runtime.resource_limits]\nmemory_limit_mb = 1.5`,
      '`runtime.resource_limits.memory_limit_mb` must be a whole number from 1 to 2147483648, not the number `1.5`',
      '5:19',
    ],
    [
      'manifest_version = 1\nplugins = "x"\nbase.image = "x"',
      '`plugins` must be a list of plugins, not the text `x`',
      '2:11',
    ],
  ])('%j', async ([text = '', message, at]) => {
    expect(await refusal(text)).toMatchObject({ code: 'MANIFEST_INVALID', message, at });
  });
});

describe('a bad value is named', () => {
  test.for([
    ['[base]\nimage = ""', 'base.image'],
    ['[base]\nimage = "a b"', 'base.image'],
    ['[base]\nimage = "a\\u0007"', 'base.image'],
    ['[base]\nimage="x"\n[system]\npackages = [""]', 'system.packages[0]'],
    ['[base]\nimage="x"\n[system]\npackages = ["-rf"]', 'system.packages[0]'],
    ['[base]\nimage="x"\n[system]\npackages = ["a\\tb"]', 'system.packages[0]'],
    ['[base]\nimage="x"\n[runtime]\nbackend = "Name Space"', 'runtime.backend'],
    ['[base]\nimage="x"\n[runtime.resource_limits]\ncpu_shares = 1', 'cpu_shares'],
    ['[base]\nimage="x"\n[runtime.resource_limits]\ncpu_shares = 262145', 'cpu_shares'],
    ['[base]\nimage="x"\n[runtime.resource_limits]\nmemory_limit_mb = 0', 'memory_limit_mb'],
    ['[base]\nimage="x"\n[runtime.resource_limits]\nmemory_limit_mb = 2147483649', 'memory_limit_mb'],
    ['[base]\nimage="x"\n[mounts]\n"a b" = "./x:/x"', 'mounts."a b"'],
    ['[base]\nimage="x"\n[mounts]\na = "./x:/y"\nb = "./z:/y/"', 'mounts.b'],
  ])('%j', async ([text = '', key = '']) => {
    expect(await refusal(`manifest_version = 1\n${text}`)).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining(key),
    });
  });
});

describe('an unknown key gets the nearest known one', () => {
  test.for([
    [`${HEAD}imgae = "x"`, 'There is no key `base.imgae`', '4:1', 'Did you mean `base.image`?'],
    [`manifest_version = 1\n[base]\nimgae = "x"`, 'There is no key `base.imgae`', '3:1', 'Did you mean `base.image`?'],
    [`packages = ["git"]\n${HEAD}`, 'There is no key `packages`', '1:1', 'Did you mean `system.packages`?'],
    [`${HEAD}[sytem]\nx = 1`, 'There is no key `sytem`', '4:2', 'Did you mean `system`?'],
    [
      `${HEAD}[policy]\nbogus = 1`,
      'There is no key `policy.bogus`',
      '5:1',
      expect.stringMatching(/^The keys of `policy` are /u),
    ],
    [
      `${HEAD}[runtime.resource_limits]\ncpu_share = 1`,
      'There is no key `runtime.resource_limits.cpu_share`',
      '5:1',
      'Did you mean `runtime.resource_limits.cpu_shares`?',
    ],
    [`${HEAD}[constructor]\nx = 1`, 'There is no key `constructor`', '4:2', expect.stringContaining('`hardware`')],
  ])('%j', async ([text, message, at, hint]) => {
    expect(await refusal(text as string)).toEqual({ code: 'MANIFEST_INVALID', message, at, hint });
  });
});

test('the first of several mistakes is told', async () => {
  const text = 'manifest_version = 1\n[hardware]\ngpu = 1\n[base]\nimage = 2\nimagee = 3\n';

  expect(await refusal(text)).toMatchObject({ at: '3:7' });
});

describe('a key given twice is named with both places', () => {
  test.for([
    [`${HEAD}image = "y"`, 'The key `base.image` is given twice', '4:1', 'line 3'],
    [`${HEAD}[base]\n`, 'The key `base` is given twice', '4:2', 'line 2'],
    [`${HEAD}[runtime]\na = { b = 1, b = 2 }`, 'The key `runtime.a.b` is given twice', '5:14', 'line 5'],
    [`manifest_version = 1\n"manifest_version" = 1`, 'The key `manifest_version` is given twice', '2:1', 'line 1'],
  ])('%j', async ([text = '', message, at, hint = '']) => {
    expect(await refusal(text)).toMatchObject({ message, at, hint: expect.stringContaining(hint) });
  });

  test('in JSON, too', async () => {
    const text = '{ "manifest_version": 1,\n  "base": { "image": "x", "image": "y" } }';

    expect(await refusal(text, parseManifestJson)).toMatchObject({
      message: 'The key `base.image` is given twice',
      at: '2:27',
    });
  });
});

test.for([
  ['', 'manifest_version'],
  ['manifest_version = 1\n[base]\n', 'base.image'],
  ['manifest_version = 1\n', 'base'],
  ['[base]\nimage = "x"\n', 'manifest_version'],
])('in %j a key is missing', async ([text = '', key]) => {
  expect(await refusal(text)).toMatchObject({
    message: `The key \`${key}\` is missing`,
    hint: expect.stringMatching(/^Add it: /),
  });
});

test('another version is named as such, whatever else is in it', async () => {
  expect(await refusal('manifest_version = 2\nnew_key = 1\n')).toMatchObject({
    message: 'The manifest has version `2`, and only version `1` is known',
    at: '1:20',
  });
});

test('what TOML 1.0 does not have is refused', async () => {
  const values = [
    '{ a = 1, }',
    '{ a = 1,\n b = 2 }',
    '{ # x\n }',
    '"\\e"',
    '"\\x41"',
    '07:32',
    '1979-05-27T07:32Z',
    '2023-02-29',
    '2021-02-30',
    '2021-04-31T00:00:00Z',
  ];
  for (const value of values) {
    expect(await refusal(`x = ${value}\n`)).toMatchObject({ message: expect.stringMatching(/^This is not TOML/) });
  }
});

test('what TOML 1.0 has is not refused for its form', async () => {
  const values = [
    '{ a = 1 }',
    '{}',
    '[ 1,\n 2, # x\n ]',
    '"\\\\e"',
    "'\\e'",
    '"""\n\\\n  x"""',
    '07:32:00',
    '2024-02-29',
    '1900-01-31 07:32:00.5+01:00',
    '0x1F',
    '-inf',
  ];
  for (const value of values) {
    expect(await refusal(`x = ${value}\n`)).toMatchObject({ message: 'There is no key `x`', at: '1:1' });
  }
});

test('a byte order mark moves no column', async () => {
  expect(await refusal('\uFEFFmanifest_version = 1\nbase = 1')).toMatchObject({ at: '2:8' });
});

test('text without quotes gets told about quotes', async () => {
  expect(await refusal('manifest_version = 1\nbase.image = debian/trixie')).toMatchObject({
    at: '2:14',
    hint: expect.stringContaining('quotes'),
  });
});
