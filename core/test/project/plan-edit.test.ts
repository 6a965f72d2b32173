import { expect, test } from 'vitest';

import { parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { planEdit } from '../../src/project/plan-edit.ts';

const TEXT = 'manifest_version = 1\n[base]\nimage = "x"\n[system]\npackages = ["git"]\n[gui]\napps = ["gedit=1"]\n';

test.each([
  ['a package that the other list has stays there', ['gedit=1', 'git'], { add: [], remove: [] }],
  ['another version takes the place of that in the other list', ['gedit=2'], { add: ['gedit=2'], remove: ['gedit=1'] }],
  ['a package that no list has is added', ['jq'], { add: ['jq'], remove: [] }],
])('%s', async (_title, add, expected) => {
  const manifest = await parseManifestToml(TEXT, 'karapace.toml');

  expect(planEdit(manifest, { add })).toEqual({ list: 'system', ...expected });
});

test.each([
  ['nobody brings', new Map(), 'It asks for `git`, `gedit=1`.'],
  [
    'a plugin brings',
    new Map([['jq', './own.ts']]),
    '`jq` comes from the plugin `./own.ts`: change it there, or take the plugin out of `plugins`.',
  ],
])('what is to be removed and %s is an error that says what there is', async (_title, bringers, hint) => {
  const manifest = await parseManifestToml(TEXT, 'karapace.toml');

  expect(() => planEdit(manifest, { remove: ['jq'] }, bringers)).toThrow(
    expect.objectContaining({ code: 'PACKAGE_UNKNOWN', message: 'The manifest does not ask for `jq`', hint }),
  );
});
