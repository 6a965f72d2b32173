import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { makeTestTree, serveTestRepository, TINY_PACKAGES } from '@karapace/rpm/testing';
import { expect, test } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace } from './support/karapace.ts';

const TOOLS = [
  { tool: 'dnf', packages: ['dnf'], file: 'etc/yum.repos.d/tiny.repo' },
  { tool: 'zypper', packages: ['grep', 'zypper'], file: 'etc/zypp/repos.d/tiny.repo' },
];

test.each(TOOLS)(
  'an environment of an image with $tool is built and entered',
  async (given) => {
    await using place = await openWorkplace();
    await using repository = await serveTestRepository(TINY_PACKAGES);
    const text = `[tiny]\nname=Tiny\nbaseurl=${repository.url}/\nenabled=1\nautorefresh=1\ngpgcheck=0\n`;
    const image = await makeTestTree({ packages: given.packages, files: { [given.file]: text } });
    await using _ = image.tools;
    const manifest = await place.manifest(
      'manifest_version = 1\n[base]\nimage = "./image.tar"\n[system]\npackages = ["tiny-epoch", "tiny-power"]\n',
    );
    const project = path.dirname(manifest);
    execFileSync('tar', ['--create', `--file=${project}/image.tar`, `--directory=${image.lower[0]}`, '.']);

    try {
      await karapaceJson(['build', manifest, '--name', 'tiny'], place);
      const command = ['rpm', '--query', '--queryformat', '%{NAME}-%{EVR} ', 'tiny-epoch', 'tiny-power', 'tiny-water'];
      const { stdout } = await karapace(['exec', 'tiny', '--', ...command], place);

      expect(stdout).toBe('tiny-epoch-2:1.0~rc1-3 tiny-power-1.0-1 tiny-water-1.0-1 ');
      expect(await readFile(path.join(project, 'karapace.lock'), 'utf8')).toContain(`manager = "${given.tool}"`);
    } finally {
      runAsRoot('rm', '-rf', place.store);
    }
  },
  480_000,
);
