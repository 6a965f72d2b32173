// `npm run docs`: writes what the documentation takes from the sources.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../setup/workspace.js';
import { errorsPage } from './errors-page.ts';
import { renewHelp } from './help-blocks.ts';
import { renewProbes } from './probes-section.ts';
import { jsonPage, schemaFiles } from './json/page.ts';

const page = (name: string) => join(root, 'docs', name);

await writeFile(page('errors.md'), errorsPage());
await writeFile(page('security.md'), renewProbes(await readFile(page('security.md'), 'utf8')));
await writeFile(page('cli.md'), await renewHelp(await readFile(page('cli.md'), 'utf8')));
await writeFile(page('json.md'), jsonPage());
for (const [name, text] of schemaFiles()) await writeFile(join(root, 'plugins/frontend-cli/schema', name), text);
