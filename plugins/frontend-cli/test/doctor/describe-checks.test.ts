import { expect, test } from 'vitest';

import { describeChecks } from '../../src/doctor/describe-checks.ts';

test('each check has a shape and a word, and what is amiss has its fix', () => {
  const text = describeChecks([
    { id: 'node', title: 'Node.js', state: 'ok', detail: '24.21.0', fix: null },
    {
      id: 'file-system',
      title: 'File system',
      state: 'warning',
      detail: 'overlay',
      fix: { description: 'Choose another.' },
    },
    {
      id: 'bubblewrap',
      title: 'bubblewrap',
      state: 'failed',
      detail: '`bwrap` is not installed',
      fix: { description: 'Install it.', debianPackages: ['bubblewrap'] },
    },
  ]);

  expect(text).toMatchInlineSnapshot(`
    "+ ok       Node.js: 24.21.0
    ! warning  File system: overlay
               fix: Choose another.
    x failed   bubblewrap: \`bwrap\` is not installed
               fix: Install it. As root: \`apt-get install -y bubblewrap\`.
    One check failed. Next: karapace doctor --fix"
  `);
});

test('a machine that lacks nothing is told so', () => {
  expect(describeChecks([])).toBe('This machine has what Karapace needs.');
});
