import { readFile } from 'node:fs/promises';

import { installPackages } from './install-packages.ts';
import { missingPackages } from './missing-packages.ts';

/** Installs the Debian packages that only the tests use; Karapace's own needs are the business of `karapace doctor`. */
export async function installTestPackages(): Promise<void> {
  const text = await readFile(new URL('../test-packages.json', import.meta.url), 'utf8');
  const missing = await missingPackages(JSON.parse(text) as readonly string[]);
  if (missing.length > 0) await installPackages(missing);
}
