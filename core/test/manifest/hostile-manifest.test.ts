import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseManifestJson, parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { HEAD, refusal } from './refusal.ts';

describe('names of an object’s own', () => {
  test.for(['__proto__', 'base.__proto__', 'mounts.__proto__'])('%s is refused cleanly', async (key) => {
    const [table = '', name] = key.includes('.') ? key.split('.') : ['', key];
    const text =
      table === ''
        ? `[${key}]\npolluted = 1\n${HEAD}`
        : `manifest_version = 1\n[${table}]\n${name} = { polluted = 1 }\n`;

    expect(await refusal(text)).toMatchObject({ message: `The key \`${key}\` cannot be used` });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('`constructor` and `toString` are labels like others', async () => {
    const { mounts } = await parseManifestToml(
      `${HEAD}[mounts]\nconstructor = "/a:/a"\ntoString = "/b:/b"`,
      'karapace.toml',
    );

    expect(Object.entries(mounts ?? {})).toEqual([
      ['constructor', '/a:/a'],
      ['toString', '/b:/b'],
    ]);
  });
});

describe('bounds', () => {
  test.for([
    ['a text', `${HEAD}# ${'x'.repeat(1024 * 1024)}`],
    ['nested lists', `x = ${'['.repeat(100_000)}`],
    ['nested tables', `x = ${'{a='.repeat(100_000)}`],
    ['a dotted key', `${'a.'.repeat(100_000)}a = 1`],
    ['a dotted header', `[${'a.'.repeat(100_000)}a]`],
  ] as const)('%s without end is refused', async ([, text]) => {
    expect(await refusal(text)).toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  test('nested JSON without end is refused', async () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(await refusal(text, parseManifestJson)).toMatchObject({
      message: expect.stringContaining('deeper than 100'),
    });
  });

  test('a long text in quotes is read', async () => {
    const text = `manifest_version = 1\nbase.image = "${'x'.repeat(900_000)}"\n`;

    expect((await parseManifestToml(text, 'karapace.toml')).base.image).toHaveLength(900_000);
  });
});

test('any data gives a manifest or one clean error with a place', async () => {
  const key = fc.oneof(
    fc.constantFrom('base', 'image', 'mounts', 'runtime', '__proto__', 'constructor', 'system', 'packages'),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const text = JSON.stringify(value);

      expect(await refusal(text, parseManifestJson)).toMatchObject({
        code: 'MANIFEST_INVALID',
        at: expect.stringMatching(/^\d+:\d+$/),
      });
    }),
    { numRuns: 2000 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('any text gives one clean error', async () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '[[',
    '{',
    '}',
    '=',
    '.',
    ',',
    '"',
    "'",
    '"""',
    '\\',
    '\n',
    '#',
    ' ',
    'base',
    'image',
    '1',
    '-',
    '2024-01-01',
    '\r\n',
    '\u0000',
    'é',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      expect(await refusal(pieces.join(''))).toMatchObject({ code: 'MANIFEST_INVALID' });
    }),
    { numRuns: 5000 },
  );
});
