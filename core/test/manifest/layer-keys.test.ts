import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Manifest } from '../../src/contracts/manifest.ts';
import { checkManifest } from '../../src/manifest/check-manifest.ts';
import { manifestDigest } from '../../src/manifest/manifest-digest.ts';
import { sourceWithoutPositions } from '../../src/manifest/manifest-source.ts';
import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';
import { parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { HEAD, refusal } from './refusal.ts';

const WHOLE = `${HEAD}
[env]
Z = "last"
EDITOR = "vi"

[[files]]
source = "./etc//motd"
target = "/etc/./motd/"
mode = "600"

[[files]]
source = "dotfiles"
target = "/root"

[[run]]
name = "tools"
command = "make install"

[[run]]
command = ["make", "docs"]
network = true
after = ["tools", "tools"]
`;

test('variables, files and runs are read and filled in', async () => {
  const { env, files, run } = normalizeManifest(await parseManifestToml(WHOLE, 'karapace.toml'));

  expect(Object.entries(env)).toEqual([
    ['EDITOR', 'vi'],
    ['Z', 'last'],
  ]);
  expect(files).toEqual([
    { source: 'etc/motd', target: '/etc/motd', mode: '0600' },
    { source: 'dotfiles', target: '/root', mode: null },
  ]);
  expect(run).toEqual([
    { name: 'tools', command: ['/bin/sh', '-c', 'make install'], network: false, after: [] },
    { name: '2', command: ['make', 'docs'], network: true, after: ['tools'] },
  ]);
});

test('a module with the same content has the same digest', async () => {
  const config: Manifest = {
    manifest_version: 1,
    base: { image: 'debian/trixie' },
    env: { EDITOR: 'vi', Z: 'last' },
    files: [
      { source: 'etc/motd', target: '/etc/motd', mode: '0600' },
      { source: 'dotfiles/', target: '/root' },
    ],
    run: [
      { name: 'tools', command: 'make install' },
      { command: ['make', 'docs'], network: true, after: ['tools'] },
    ],
  };
  const checked = await checkManifest(config, sourceWithoutPositions('karapace.config.ts'));

  expect(manifestDigest(normalizeManifest(checked))).toBe(
    manifestDigest(normalizeManifest(await parseManifestToml(WHOLE, 'karapace.toml'))),
  );
});

test('each of them is part of the digest', async () => {
  const digest = async (text: string) =>
    manifestDigest(normalizeManifest(await parseManifestToml(`${HEAD}${text}`, 'karapace.toml')));
  const digests = await Promise.all(
    ['', '[env]\nA = "1"', '[[files]]\nsource = "a"\ntarget = "/a"', '[[run]]\ncommand = "a"'].map(digest),
  );

  expect(new Set(digests)).toHaveLength(4);
  expect(await digest('[env]\n')).toBe(digests[0]);
});

describe('a bad value is named with its place', () => {
  test.for([
    ['[env]\n1A = "x"', 'env.1A', '5:1'],
    ['[env]\n"A=B" = "x"', 'env."A=B"', '5:1'],
    ['[env]\n"" = "x"', 'env.""', '5:1'],
    ['[env]\nKARAPACE_ENV = "x"', 'env.KARAPACE_ENV', '5:1'],
    ['[env]\nA = 1', 'env.A', '5:5'],
    ['[env]\nA = "a\\u0000b"', 'env.A', '5:5'],
    ['[[files]]\nsource = "a"', 'files[0].target', '4:3'],
    ['[[files]]\nsource = "a"\ntarget = "/a"\nowner = "root"', 'files[0].owner', '7:1'],
    ['[[run]]\ncommand = ""', 'run[0].command', '5:11'],
    ['[[run]]\ncommand = []', 'run[0].command', '5:11'],
    ['[[run]]\ncommand = [""]', 'run[0].command', '5:11'],
    ['[[run]]\ncommand = "a\\u0000"', 'run[0].command', '5:11'],
    ['[[run]]\nname = "1"\ncommand = "a"', 'run[0].name', '5:8'],
    ['[[run]]\nname = "a/b"\ncommand = "a"', 'run[0].name', '5:8'],
    ['[[run]]\nname = "x"\ncommand = "a"\n[[run]]\nname = "x"\ncommand = "b"', 'run[1].name', '8:8'],
    ['[[run]]\nname = "x"\ncommand = "a"\nafter = ["x"]', 'run[0].after[0]', '7:10'],
    ['[[run]]\ncommand = "a"\nafter = ["1"]', 'run[0].after[0]', '6:10'],
    ['[[run]]\ncommand = "a"\nafter = ["y"]\n[[run]]\nname = "y"\ncommand = "b"', 'run[0].after[0]', '6:10'],
  ] as const)('%j', async ([text, key, at]) => {
    expect(await refusal(`${HEAD}${text}`)).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining(`\`${key}\``),
      at,
    });
  });

  test.for(['', '.', './', '..', '../x', 'a/../../x', '/etc/passwd', '/', 'a\\u0000b', 'a\\nb'])(
    'the source "%s"',
    async (source) => {
      const text = `${HEAD}[[files]]\nsource = "${source}"\ntarget = "/a"`;

      expect(await refusal(text)).toMatchObject({ message: expect.stringContaining('`files[0].source`'), at: '5:10' });
    },
  );

  test.for([`/${'n'.repeat(256)}`, `/${'é'.repeat(128)}`, '/name'.repeat(820)])(
    'a target that no file system takes is refused',
    async (target) => {
      const text = `${HEAD}[[files]]\nsource = "a"\ntarget = "${target}"`;

      expect(await refusal(text)).toMatchObject({
        message: expect.stringContaining('whose names have at most 255'),
        at: '6:10',
      });
      await parseManifestToml(text.replace(target, `/${'n'.repeat(255)}`), 'karapace.toml');
    },
  );

  test.for([
    ...['', '/', '//', '/.', 'a', './a', '/..', '/../x', '/a/../../x', '/proc', '/proc/1/x', '/./proc', '//proc'],
    ...['/sys', '/sys/x', '/dev', '/dev/null', '/dev/', '/tmp', '/tmp/x', '/run', '/run/x', '/a\\u0000', '/a\\nb'],
  ])('the target "%s"', async (target) => {
    const text = `${HEAD}[[files]]\nsource = "a"\ntarget = "${target}"`;

    expect(await refusal(text)).toMatchObject({ message: expect.stringContaining('`files[0].target`'), at: '6:10' });
  });

  test.for(['', '7', '8', '0888', '07777', '4755', 'rwx', '-644', '0o644'])('the mode "%s"', async (mode) => {
    const text = `${HEAD}[[files]]\nsource = "a"\ntarget = "/a"\nmode = "${mode}"`;

    expect(await refusal(text)).toMatchObject({ message: expect.stringContaining('`files[0].mode`'), at: '7:8' });
  });

  test.for([
    ['env', '[env]\n__proto__ = "x"'],
    ['files[0]', '[[files]]\nsource = "a"\ntarget = "/a"\n__proto__ = { x = 1 }'],
    ['run[0]', '[[run]]\ncommand = "a"\n__proto__ = { x = 1 }'],
  ] as const)('`__proto__` in %s', async ([table, text]) => {
    expect(await refusal(`${HEAD}${text}`)).toMatchObject({ message: `The key \`${table}.__proto__\` cannot be used` });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('more than a sandbox can be given', async () => {
    const many = Array.from({ length: 257 }, (_, index) => `V${index} = ""`).join('\n');

    expect(await refusal(`${HEAD}[env]\n${many}`)).toMatchObject({ message: expect.stringContaining('256 variables') });
    expect(await refusal(`${HEAD}[env]\nA = "${'x'.repeat(65_537)}"`)).toMatchObject({
      message: expect.stringContaining('65536 bytes'),
    });
  });
});

test('a misspelt key of a list of tables gets the nearest known one', async () => {
  expect(await refusal(`${HEAD}[[files]]\nsorce = "a"\ntarget = "/a"`)).toMatchObject({
    message: 'There is no key `files[0].sorce`',
    hint: 'Did you mean `files.source`?',
  });
});

test('names that every object has are variables like others', async () => {
  const { env } = normalizeManifest(await parseManifestToml(`${HEAD}[env]\nconstructor = "c"\ntoString = "t"`, 'x'));

  expect(Object.entries(env)).toEqual([
    ['constructor', 'c'],
    ['toString', 't'],
  ]);
});

test('normal is normal: what is normalised twice stays as it is', () => {
  const path = fc.array(fc.constantFrom('a', 'b', '.', ''), { minLength: 1 }).map((steps) => `x/${steps.join('/')}`);
  fc.assert(
    fc.property(path, path, (source, target) => {
      const once = normalizeManifest({
        manifest_version: 1,
        base: { image: 'x' },
        files: [{ source, target: `/${target}` }],
        run: [{ command: 'a' }],
      });
      const [first] = once.files;

      expect(first?.source).not.toMatch(/^\/|\/$|\/\/|(?:^|\/)\.(?:\/|$)/);
      expect(
        normalizeManifest({
          manifest_version: 1,
          base: { image: 'x' },
          files: [{ source, target: first?.target ?? '' }],
        }).files,
      ).toEqual(once.files);
    }),
  );
});
