import { expect, test } from 'vitest';

import { ambiguousPackages, unknownPackages } from '../../src/packages/package-names.ts';

test('each unknown name is in the one error, with the nearest that exist', () => {
  expect(unknownPackages(['giit', 'x'.repeat(20)], ['git', 'gift', 'wget'])).toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: `No packages have the names \`giit\` (near: \`git\`, \`gift\`), \`${'x'.repeat(20)}\``,
  });
});

test('a name that several packages provide is answered with them', () => {
  expect(ambiguousPackages([{ name: 'awk', providers: ['mawk', 'gawk'] }])).toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: '`awk` is provided by `mawk`, `gawk`',
  });
});
