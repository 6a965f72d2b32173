import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { locateInJson, locateInModule, locateInToml, type ImagePlace } from '../../src/manifest/locate-image.ts';
import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';

const TREE = `@${'0123456789abcdef'.repeat(4)}`;

function pin(text: string, place: ImagePlace | undefined): string {
  return place === undefined ? text : `${text.slice(0, place.end)}${TREE}${text.slice(place.end)}`;
}

const heads = ['[base]\nimage = ', 'base.image = ', '"base".\'image\'=', 'base = { image = '];
const quoted = fc.constantFrom('"debian/trixie"', "'debian/trixie'", '"""debian/trixie"""', "'''debian/trixie'''");
const escaped = fc.constantFrom('"debian\\u002ftrixie"', '"""\\\n   debian/trixie"""', '"""\ndebian/trixie\\\n  """');
const before = fc.constantFrom('', '# image = "no"\n', '\n\n', '# [base]\r\n', '#"""\n');
const after = fc.constantFrom('', ' # "comment"', '\t');

describe('TOML', () => {
  test('whatever the quotes and comments, only the reference grows', async () => {
    await fc.assert(
      fc.asyncProperty(before, fc.constantFrom(...heads), fc.oneof(quoted, escaped), after, async (...parts) => {
        const [start, head, value, end] = parts;
        const text = `manifest_version = 1\n${start}${head}${value}${head.includes('{') ? ' }' : ''}${end}\n`;

        const pinned = pin(text, locateInToml(text));

        expect(pinned.replace(TREE, '')).toBe(text);
        expect((await parseManifestToml(pinned, 'karapace.toml')).base.image).toBe(`debian/trixie${TREE}`);
      }),
    );
  });

  test('where the value starts is known for messages', () => {
    expect(locateInToml('[base]\nimage = "a"\n')).toEqual({ at: 15, end: 17 });
  });
});

describe('JSON', () => {
  const manifest = { image: 'no', manifest_version: 1, base: { image: 'debian/trixie' } };

  test('the image is found among keys of the same name', async () => {
    const text = JSON.stringify({ ...manifest, image: undefined }, null, 2);
    const pinned = pin(text, locateInJson(text));

    expect((await parseManifestJson(pinned, 'a.json')).base.image).toBe(`debian/trixie${TREE}`);
  });

  test('the image is found within a package.json', async () => {
    const text = '{"base":{"image":"no"},"karapace":{"manifest_version":1,"base":{"image":"debian\\/\\u0074rixie"}}}';
    const pinned = pin(text, locateInJson(text, 'karapace'));

    expect(pinned.replace(TREE, '')).toBe(text);
    expect((await parseManifestJson(pinned, 'package.json', 'karapace')).base.image).toBe(`debian/trixie${TREE}`);
  });
});

describe('a module', () => {
  test.each([
    `export default { base: { image: 'debian/trixie' } };`,
    `export default { 'base': { "image": "debian/trixie", } };`,
    'export default { base: { image: `debian/trixie` } };',
    `// base: { image: 'no' }\nexport default { /* base: { image: 'no' } */ base: { image: 'debian/trixie' } };`,
    `const x = "base: { image: 'no' }", r = /['"]/;\nexport default { base: { other: { image: 'no' }, image: 'debian/trixie' } };`,
    `const ratio = 4 / 2; const y = 'a/b'; export default { base: { image: 'debian/trixie' } };`,
    'const s = `${"base: { image: \'no\' }"}`; export default { base: { image: "debian/trixie" } };',
  ])('with the image as a plain string has it pinned there: %s', (text) => {
    const pinned = pin(text, locateInModule(text));

    expect(pinned).toContain(`debian/trixie${TREE}`);
    expect(pinned.replace(TREE, '')).toBe(text);
  });

  test.each([
    'export default { base: { image: `debian/${suite}` } };',
    `export default { base: { image: 'debian/' + suite } };`,
    `export default { base: { image: suite } };`,
    `export default { base: { image } };`,
    `export default { base };`,
    `export default { base: { image: 'debian/trixie'.trim() } };`,
    `const old = { base: { image: 'a' } }; export default { base: { image: 'b' } };`,
    `export default { database: { image: 'debian/trixie' } };`,
    `export default { base: { image: 'debian`,
    '',
  ])('in which it cannot be told is left to people: %s', (text) => {
    expect(locateInModule(text)).toBeUndefined();
  });

  test('no text breaks the reading', () => {
    const piece = fc.constantFrom(
      'base',
      ':',
      '{',
      '}',
      'image',
      "'a'",
      '"',
      '`',
      '${',
      '/',
      '//',
      '/*',
      '*/',
      '\\',
      '\n',
      ',',
      '(',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const place = locateInModule(text);
        expect(place === undefined || (place.at < place.end && place.end < text.length)).toBe(true);
      }),
    );
  });
});
