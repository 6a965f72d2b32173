import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { editPackages, editPackagesText, type PackageEdit } from '../../src/manifest/edit-packages.ts';
import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';
import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';

const HEAD = 'manifest_version = 1\n[base]\nimage = "debian/trixie" # pinned later\n';

async function editToml(text: string, edit: Partial<PackageEdit>): Promise<string | undefined> {
  const manifest = await parseManifestToml(text, 'karapace.toml');
  return editPackagesText({ text, manifest, form: 'toml' }, { add: [], list: 'system', remove: [], ...edit });
}

describe('a package more', () => {
  test.each([
    ['into an empty list', '[system]\npackages = []\n', '[system]\npackages = ["x"]\n'],
    ['into a list of spaces', '[system]\npackages = [  ]\n', '[system]\npackages = ["x"]\n'],
    ['at the end of a line', '[system]\npackages = ["a", "b"] # c\n', '[system]\npackages = ["a", "b", "x"] # c\n'],
    ['before a comma at the end', '[system]\npackages = ["a",]\n', '[system]\npackages = ["a", "x",]\n'],
    ['quoted like the last', "[system]\npackages = ['a']\n", "[system]\npackages = ['a', 'x']\n"],
    [
      'on a line of its own, behind the comment of the last',
      '[system]\npackages = [\n    "a", # one\n    "b" # two\n]\n',
      '[system]\npackages = [\n    "a", # one\n    "b", # two\n    "x"\n]\n',
    ],
    [
      'with a comma where the last has one',
      '[system]\npackages = [\n\t"a",\n]\n',
      '[system]\npackages = [\n\t"a",\n\t"x",\n]\n',
    ],
    [
      'into a list of comments',
      '[system]\npackages = [\n  # nothing yet\n]\n',
      '[system]\npackages = [\n  # nothing yet\n  "x",\n]\n',
    ],
    [
      'with the line ends of the list',
      '[system]\r\npackages = [\r\n  "a",\r\n]\r\n',
      '[system]\r\npackages = [\r\n  "a",\r\n  "x",\r\n]\r\n',
    ],
    ['into a table without the list', '[system] # s\n[gui]\n', '[system] # s\npackages = ["x"]\n[gui]\n'],
    ['into a table at the very end', '[system]', '[system]\npackages = ["x"]\n'],
    ['with a table of its own', '[gui]\n', '[gui]\n\n[system]\npackages = ["x"]\n'],
    ['under a key in quotes', '[gui]\n[system]\n"packages" = ["a"]', '[gui]\n[system]\n"packages" = ["a", "x"]'],
  ])('comes %s', async (_, before, after) => {
    expect(await editToml(HEAD + before, { add: ['x'] })).toBe(HEAD + after);
  });

  test('comes into a table in one line', async () => {
    const text = 'system = {}\nmanifest_version = 1\nbase = { image = "a/b" }\n';

    expect(await editToml(text, { add: ['x'] })).toBe(text.replace('{}', '{ packages = ["x"] }'));
  });

  test('comes into `[gui] apps` on request', async () => {
    const text = `${HEAD}[gui]\napps = ["a"]\n`;

    expect(await editToml(text, { add: ['x', 'y'], list: 'gui' })).toBe(text.replace('"a"', '"a", "x", "y"'));
  });
});

describe('a package less', () => {
  test.each([
    ['with its line and its comment', '[\n  "a", # one\n  "x", # two\n  "b",\n]', '[\n  "a", # one\n  "b",\n]'],
    ['from the end, with the comma before', '[\n  "a", # one\n  "x" # two\n]', '[\n  "a" # one\n]'],
    ['from the start of a line', '["x", "b"]', '["b"]'],
    ['from within a line', '["a", "x", "b"]', '["a", "b"]'],
    ['from the end of a line', '["a", "x"]', '["a"]'],
    ['from a line of several', '[\n  "a", "x",\n  "b",\n]', '[\n  "a",\n  "b",\n]'],
    ['as the only one', '[ "x", ]', '[]'],
    ['as often as it is there', '["x", "a", "x"]', '["a"]'],
  ])('goes %s', async (_, before, after) => {
    const text = `${HEAD}[system]\npackages = ${before}\n`;

    expect(await editToml(text, { remove: ['x'] })).toBe(`${HEAD}[system]\npackages = ${after}\n`);
  });
});

test('a list in JSON is edited, and one that is not there is not', async () => {
  const text =
    '{\n  "name": "x",\n  "karapace": {"manifest_version": 1, "base": {"image": "a/b"}, "system": {"packages": ["a"]}}\n}\n';
  const manifest = await parseManifestJson(text, 'package.json', 'karapace');
  const source = { text, manifest, form: 'json', within: 'karapace' } as const;

  expect(editPackagesText(source, { add: ['b'], list: 'system', remove: ['a'] })).toBe(text.replace('["a"]', '["b"]'));
  expect(editPackagesText(source, { add: ['b'], list: 'gui', remove: [] })).toBeUndefined();
});

const word = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,6}$/);
const space = fc.constantFrom('', ' ', '\n', '\r\n  ', ' # a ] " comment\n\t');
const quoted = word.chain((name) => fc.constantFrom(`"${name}"`, `'${name}'`, `"""${name}"""`, `'''${name}'''`));
const list = fc
  .tuple(fc.array(fc.tuple(space, quoted, space), { maxLength: 5 }), fc.boolean(), space)
  .map(([items, hasComma, end]) => {
    const body = items.map((item) => item.join('')).join(',');
    return `[${body}${hasComma && items.length > 0 ? ',' : ''}${end}]`;
  });

test('whatever a list looks like, the edit means what was asked, and everything around stays', async () => {
  await fc.assert(
    fc.asyncProperty(list, fc.uniqueArray(word, { maxLength: 3 }), fc.nat(4), async (written, added, index) => {
      const [before, behind] = [`${HEAD}[system]\npackages = `, ' # behind\n[runtime]\nbackend = "mock"\n'];
      const text = before + written + behind;
      const manifest = await parseManifestToml(text, 'karapace.toml');
      const given = manifest.system?.packages ?? [];
      const add = added.filter((name) => !given.includes(name));
      const edit = { add, list: 'system', remove: given.slice(index, index + 2) } as const;

      const edited = editPackagesText({ text, manifest, form: 'toml' }, edit) ?? '';

      expect([edited.startsWith(before), edited.endsWith(behind)]).toEqual([true, true]);
      const meant = normalizeManifest(editPackages(manifest, edit));
      expect(normalizeManifest(await parseManifestToml(edited, 'karapace.toml'))).toEqual(meant);
    }),
  );
});
