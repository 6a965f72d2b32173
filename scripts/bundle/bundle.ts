// The second half of the build, after `tsc`: what `npx karapace` runs (docs/decisions/0005-bundled-packages.md).
import { globSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../setup/workspace.js';
import { bundlePackage } from './bundle-package.ts';

const packages = ['core', ...globSync('plugins/*/package.json', { cwd: root }).map((file) => join(file, '..'))];
await Promise.all(packages.map((name) => bundlePackage(join(root, name))));
