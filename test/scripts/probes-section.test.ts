import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { renewProbes } from '../../scripts/docs/probes-section.ts';
import { root } from '../../scripts/setup/workspace.js';

test('docs/security.md lists the probes that there are, as `npm run docs` writes it', async () => {
  const page = await readFile(join(root, 'docs/security.md'), 'utf8');

  expect(page).toContain('| `keyctl` ');
  expect(page).toBe(renewProbes(page));
});
