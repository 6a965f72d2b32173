import type { Check } from '@karapace/core';

import { DISTRIBUTIONS, type Distribution } from './distributions.ts';
import { isReadable } from './tool-missing.ts';

const TOOLS = [
  { name: 'mmdebstrap', debianPackage: 'mmdebstrap' },
  { name: 'apt-get', debianPackage: 'apt' },
  { name: 'dpkg-deb', debianPackage: 'dpkg' },
] as const;

/** Looks for the programs and the keys that images are made with. */
export async function checkMachine(): Promise<readonly Check[]> {
  const tools = TOOLS.map((tool) => checkTool(tool));
  return Promise.all([...tools, ...Object.values(DISTRIBUTIONS).map(checkKeys)]);
}

async function checkTool({ name, debianPackage }: (typeof TOOLS)[number]): Promise<Check> {
  const about = { id: `image-debootstrap-${name}`, title: `\`${name}\` makes images` };
  const file = `/usr/bin/${name}`;
  if (await isReadable(file)) return { ...about, state: 'ok', detail: file, fix: null };
  return { ...about, state: 'failed', detail: `${file} is missing`, fix: install(debianPackage) };
}

/** Missing keys stop only those who want an image of that distribution, and not every release has a package of them. */
async function checkKeys({ name, keyring, keyringPackage }: Distribution): Promise<Check> {
  const about = { id: `image-debootstrap-${name}-keys`, title: `Keys that sign images of ${name}` };
  if (await isReadable(keyring)) return { ...about, state: 'ok', detail: keyring, fix: null };
  const description = `To build images of ${name}, install its keys: \`apt-get install ${keyringPackage}\``;
  return { ...about, state: 'warning', detail: `${keyring} is missing`, fix: { description } };
}

function install(debianPackage: string): Check['fix'] {
  return { description: `Install the Debian package \`${debianPackage}\``, debianPackages: [debianPackage] };
}
