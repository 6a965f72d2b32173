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

test('what is to be removed and may come from a plugin is said to go with it', async () => {
  const manifest = await parseManifestToml(`plugins = ["./own.ts"]\n${TEXT}`, 'karapace.toml');

  expect(() => planEdit(manifest, { remove: ['jq'] })).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_UNKNOWN',
      hint: 'It asks for `git`, `gedit=1`. What a plugin brings goes with the plugin: see `plugins`.',
    }),
  );
});
