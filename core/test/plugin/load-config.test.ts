import { execFile, execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { test as base, describe, expect } from 'vitest';

import { findConfig, loadConfig } from '../../src/plugin/load-config.ts';
import { locateManifest } from '../../src/plugin/locate-manifest.ts';

const TOML = 'manifest_version = 1\n[base]\nimage = "debian/trixie"\n';
const JSON_TEXT = '{ "manifest_version": 1, "base": { "image": "debian/trixie" } }';
const MODULE = `export default ${JSON_TEXT};\n`;
const TYPED = `const image: string = 'debian/trixie';\nexport default { manifest_version: 1, base: { image } };\n`;

const loadManifestFile = async (file: string, directory: string) => loadConfig(await locateManifest(file, directory));

const test = base.extend<{
  project: { readonly directory: string; write(name: string, text: string): Promise<string> };
}>({
  project: async ({}, use) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'karapace-config-'));
    await use({
      directory,
      async write(name, text) {
        const file = path.join(directory, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text);
        return file;
      },
    });
    await rm(directory, { recursive: true });
  },
});

describe('a manifest is found', () => {
  test.for([
    ['karapace.config.ts', TYPED],
    ['karapace.config.mts', TYPED],
    ['karapace.config.js', MODULE],
    ['karapace.config.mjs', MODULE],
    ['karapace.config.js', `module.exports = ${JSON_TEXT};\n`],
    ['karapace.config.mjs', `await 1;\n${MODULE}`],
    ['karapace.config.json', JSON_TEXT],
    ['karapace.toml', TOML],
    ['package.json', `{ "name": "x", "devDependencies": {}, "karapace": ${JSON_TEXT} }`],
  ] as const)('as %s, from a directory below', async ([name, text], { project }) => {
    const file = await project.write(name, text);
    await project.write('deep/down/package.json', '{ "name": "not-ours", "dependencies": { "karapace": "1" } }');

    expect(await findConfig(path.join(project.directory, 'deep/down'))).toEqual({
      file,
      directory: project.directory,
      manifest: { manifest_version: 1, base: { image: 'debian/trixie' } },
      plugins: [],
    });
  });

  test('nearest first', async ({ project }) => {
    await project.write('karapace.config.mjs', MODULE);
    const near = await project.write('near/karapace.toml', TOML);

    expect((await findConfig(path.join(project.directory, 'near'))).file).toBe(near);
  });

  test('at a path of any name, and in a directory at a path', async ({ project }) => {
    const file = await project.write('other.toml', TOML);
    const inside = await project.write('sub/karapace.toml', TOML);

    expect((await loadManifestFile('other.toml', project.directory)).file).toBe(file);
    expect((await loadManifestFile(file, '/')).directory).toBe(project.directory);
    expect((await loadManifestFile('sub', project.directory)).file).toBe(inside);
  });

  test('with the plugins it names', async ({ project }) => {
    const file = await project.write('karapace.toml', `plugins = ["./a.ts"]\n${TOML}`);

    expect((await loadManifestFile(file, '/')).plugins).toEqual(['./a.ts']);
  });

  test('below the home directory, not above it', async ({ project }) => {
    await project.write('karapace.toml', TOML);
    await mkdir(path.join(project.directory, 'home/work'), { recursive: true });
    const home = process.env['HOME'];
    process.env['HOME'] = path.join(project.directory, 'home');
    try {
      await expect(findConfig(path.join(project.directory, 'home/work'))).rejects.toMatchObject({
        code: 'MANIFEST_NOT_FOUND',
        hint: 'Make one with `karapace new <name>`.',
      });
    } finally {
      process.env['HOME'] = home;
    }
  });
});

describe('one directory with two manifests', () => {
  test.for([
    ['karapace.toml', 'karapace.config.ts'],
    ['karapace.config.json', 'karapace.config.mjs'],
    ['karapace.toml', 'package.json'],
  ] as const)('%s and %s: both are named', async ([one, other], { project }) => {
    await project.write(one, '');
    await project.write(other, other === 'package.json' ? '{ "karapace": {} }' : '');
    const error = await findConfig(project.directory).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(`\`${one}\``) });
    expect(error).toMatchObject({ message: expect.stringContaining(other) });
  });

  test('is no matter when one of them is given', async ({ project }) => {
    await project.write('karapace.toml', TOML);
    await project.write('karapace.config.ts', 'throw new Error("not asked for")');

    await expect(loadManifestFile('karapace.toml', project.directory)).resolves.toBeDefined();
  });
});

describe('what cannot be read is refused without waiting for it', () => {
  test('a pipe, given or found', async ({ project }) => {
    execFileSync('mkfifo', [path.join(project.directory, 'karapace.toml')]);

    await expect(findConfig(project.directory)).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
    await expect(loadManifestFile('karapace.toml', project.directory)).rejects.toMatchObject({
      code: 'MANIFEST_UNREADABLE',
    });
  });

  test.for(['/dev/zero', '/dev/full', '/proc/self/mem\0'])('%j', async (file) => {
    await expect(loadManifestFile(file, '/')).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
  });

  test('a link in a circle, and a link to nothing', async ({ project }) => {
    await symlink('karapace.toml', path.join(project.directory, 'karapace.toml'));
    await symlink('nowhere', path.join(project.directory, 'dangling.toml'));

    await expect(findConfig(project.directory)).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
    await expect(loadManifestFile('dangling.toml', project.directory)).rejects.toMatchObject({
      code: 'MANIFEST_NOT_FOUND',
      message: expect.stringContaining('nothing behind the link'),
    });
  });

  test('a file over 1 MiB, and one that is not UTF-8', async ({ project }) => {
    const large = await project.write('large.toml', '#'.repeat(1024 * 1024 + 1));
    const latin = path.join(project.directory, 'latin.toml');
    await writeFile(latin, Buffer.from([0x23, 0xe9]));

    await expect(loadManifestFile(large, '/')).rejects.toMatchObject({
      code: 'MANIFEST_UNREADABLE',
      message: expect.stringContaining('larger'),
    });
    await expect(loadManifestFile(latin, '/')).rejects.toMatchObject({
      code: 'MANIFEST_UNREADABLE',
      message: expect.stringContaining('UTF-8'),
    });
  });

  test('a directory with the name of a manifest', async ({ project }) => {
    await mkdir(path.join(project.directory, 'karapace.toml'));

    await expect(findConfig(project.directory)).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
  });

  test('a file of mode 000', async ({ project }) => {
    const file = await project.write('secret/karapace.toml', TOML);
    await chmod(project.directory, 0o755);
    await chmod(file, 0o000);

    // Root may read everything, so an ordinary user has to try.
    await expect(asOrdinaryUser(file)).resolves.toContain('MANIFEST_UNREADABLE');
  });
});

test('a path that is not there gets the nearest name', async ({ project }) => {
  await project.write('karapace.toml', TOML);

  await expect(loadManifestFile('karapce.toml', project.directory)).rejects.toMatchObject({
    code: 'MANIFEST_NOT_FOUND',
    hint: `Did you mean \`${path.join(project.directory, 'karapace.toml')}\`?`,
  });
  await expect(loadManifestFile('x/y.toml', project.directory)).rejects.toMatchObject({
    code: 'MANIFEST_NOT_FOUND',
    hint: 'Make one with `karapace new <name>`.',
  });
});

test('a file of another kind is refused', async ({ project }) => {
  const file = await project.write('karapace.yaml', '');

  await expect(loadManifestFile(file, '/')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('an empty manifest is not passed over', async ({ project }) => {
  await project.write('karapace.toml', TOML);
  const empty = await project.write('sub/karapace.toml', '');

  await expect(findConfig(path.join(project.directory, 'sub'))).rejects.toMatchObject({
    code: 'MANIFEST_INVALID',
    place: { file: empty },
  });
});

test('a mistake in package.json has its place there', async ({ project }) => {
  const file = await project.write(
    'package.json',
    '{\n  "name": "x", "name": "x",\n  "karapace": { "manifest_version": 1, "base": { "image": 1 } }\n}',
  );

  await expect(findConfig(project.directory)).rejects.toMatchObject({
    message: '`base.image` must be an image reference in quotes, not the number `1`',
    place: { file, line: 3, column: 59 },
  });
});

describe('a config module', () => {
  test.for([
    ['karapace.config.ts', 'const x: number = 1;\n\nthrow new Error("boom");\n', 'boom', 3],
    ['karapace.config.ts', 'const x: number = 1;\nconst = ;\n', 'failed while it was loaded', 2],
    ['karapace.config.mjs', 'import "nowhere-to-be-found";\n', 'nowhere-to-be-found', undefined],
    ['karapace.config.mjs', 'export const x = 1;\n', 'exports no manifest', undefined],
    ['karapace.config.mjs', 'throw "text"', 'text', undefined],
  ] as const)('%s that is %j is one error with its place', async ([name, text, message, line], { project }) => {
    const file = await project.write(name, text);
    // In a process of its own: here, the test runner would load the module its own way.
    const error = JSON.parse(await inChild(file)) as Record<string, unknown>;

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) });
    expect(error['place']).toMatchObject(line === undefined ? { file } : { file, line });
  });

  test('with a wrong value is an invalid manifest in that file', async ({ project }) => {
    const file = await project.write(
      'karapace.config.mjs',
      'export default { manifest_version: 1, base: { image: 1 } };',
    );

    await expect(findConfig(project.directory)).rejects.toMatchObject({ code: 'MANIFEST_INVALID', place: { file } });
  });

  test.runIf(process.getuid?.() === 0)('of another user above the directory is not run', async ({ project }) => {
    const file = await project.write('karapace.config.mjs', 'throw new Error("it was run")');
    await mkdir(path.join(project.directory, 'mine'));
    await chown(file, 12_345, 12_345);

    await expect(findConfig(path.join(project.directory, 'mine'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('belongs to another user'),
    });
  });
});

const source = (name: string) => JSON.stringify(path.join(import.meta.dirname, '../../src/plugin', name));

function program(file: string): string {
  return `
    const { loadConfig } = await import(${source('load-config.ts')});
    const { locateManifest } = await import(${source('locate-manifest.ts')});
    await locateManifest(${JSON.stringify(file)}, '/').then(loadConfig).catch(({ code, message, place }) => console.log(JSON.stringify({ code, message, place })));
  `;
}

async function inChild(file: string): Promise<string> {
  const args = ['--conditions=karapace-source', '--input-type=module', '--eval', program(file)];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** Reads as somebody who is not root; the modules are loaded before the user is changed. */
async function asOrdinaryUser(file: string): Promise<string> {
  const text = program(file).replace(
    'await locateManifest(',
    'if (process.getuid() === 0) process.setuid(65534);\n    await locateManifest(',
  );
  const args = ['--conditions=karapace-source', '--input-type=module', '--eval', text];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}
