import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestTools, listTree, type TestTools } from '@karapace/core/testing';
import type { TreeNames } from '@karapace/core';

import { archiveName, type TestRepository } from './test-repository.ts';

export interface BaseImage extends AsyncDisposable {
  readonly tools: TestTools;
  readonly tree: TreeNames;
  /** The image's directories, the topmost of which holds this `/etc/pacman.conf`. */
  configured(configuration: string): Promise<readonly string[]>;
}

const SCRIPT = `
mmdebstrap --quiet --mode=root --variant=essential --skip=check/empty \\
  --include=pacman-package-manager,libarchive-tools --dpkgopt='path-exclude=/usr/share/doc/*' \\
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \\
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --aptopt='APT::Sandbox::User "root"' trixie /image
find /image/dev -mindepth 1 -delete
cp /repository/base.pkg /image/base.pkg
chroot /image pacman -U --dbonly --noconfirm --logfile /dev/null /base.pkg > /dev/null
mkdir -p -m 0755 /image/etc/pacman.d/gnupg
chroot /image gpg --homedir /etc/pacman.d/gnupg --quiet --batch --import < /repository/key.gpg
chroot /image gpgconf --homedir /etc/pacman.d/gnupg --kill all
# Debian keeps the shell library of pacman-key in another package, with much else.
mkdir -p /image/usr/share/makepkg
cp -R /usr/share/makepkg/. /image/usr/share/makepkg/
rm -rf /image/base.pkg /image/var/lib/dpkg /image/usr/bin/dpkg* /image/etc/apt /image/var/lib/apt
`;

/**
 * An image that pacman owns. No Arch Linux is to be had here, so its files are those of Debian trixie with its pacman 7,
 * and dpkg is taken out. pacman knows one package in it, \`base\` of the test repository, of which only the record is there.
 * Real are pacman, its libraries, gpg and the repository; what Arch's own hooks and scriptlets do is not tried.
 */
export async function buildBaseImage(repository: TestRepository): Promise<BaseImage> {
  const tools = await createTestTools();
  const [image, given] = [await tools.make(), await tools.make()];
  await cp(join(repository.directory, archiveName('base')), join(given, 'base.pkg'));
  await cp(repository.key, join(given, 'key.gpg'));
  const { code, stderr } = await tools.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', SCRIPT],
    network: 'host',
    mounts: [
      { source: image, target: '/image', readOnly: false },
      { source: given, target: '/repository', readOnly: true },
    ],
  });
  if (code !== 0) throw new Error(`the image cannot be made: ${stderr}`);
  const names = new Set((await listTree(image, tools)).map((line) => `/${line.split(' ', 1)[0]}`));
  return {
    tools,
    tree: { has: (path) => names.has(path) },
    configured: async (configuration) => {
      const layer = await mkdtemp(join(tools.scratch, 'settings-'));
      await mkdir(join(layer, 'etc'));
      await writeFile(join(layer, 'etc/pacman.conf'), configuration);
      return [layer, image];
    },
    [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose](),
  };
}

/** Puts the repository's key into a layer as a distribution brings its keys along, trusted; where Debian's pacman looks. */
export async function addKeyring(layer: string, { key, fingerprint }: TestRepository): Promise<void> {
  const keyrings = join(layer, 'usr/share/keyrings');
  await mkdir(keyrings, { recursive: true });
  await cp(key, join(keyrings, 'tiny.gpg'));
  await writeFile(join(keyrings, 'tiny-trusted'), `${fingerprint}:4:\n`);
}
