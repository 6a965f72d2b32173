import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { serveTestRepository } from '@karapace/apt/testing';

import { runAsRoot } from '../support/debian.ts';
import { karapace } from '../support/karapace.ts';
import { karapaceOrThrow, optionsFor, type Entrance, type Lab } from './entrances.ts';

const NAME = 'probed-debian';
const PRINTED = '/var/lib/printed-by-package';
const BASE = 'debian.tar';

/** Makes the smallest Debian that has apt, without sources, as a tarball in a directory. */
export function makeDebian(directory: string): void {
  const hooks = ['rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/sources.list', 'mkdir "$1"/probes'];
  runAsRoot(
    ...['mmdebstrap', '--quiet', '--mode=root', '--variant=required', '--skip=check/empty'],
    ...['--aptopt=APT::Sandbox::User "root"', ...hooks.map((hook) => `--customize-hook=${hook}`)],
    ...['trixie', path.join(directory, BASE)],
  );
}

/** Builds an environment from that Debian with a package whose installation script runs the probes; gives what they printed. */
export async function runInPackage(directory: string, lab: Lab): Promise<ReadonlyMap<Entrance, string>> {
  const { canary, user } = lab;
  const postinst = `/probes/probes ${canary.arguments.join(' ')} >${PRINTED} 2>&1`;
  await using repository = await serveTestRepository('probes', [{ name: 'probe', postinst }]);
  const place = `/tmp/${canary.secret}.debian`;
  makeProject(place, path.join(directory, BASE), lab);
  addToImage(place, lab.program, `deb [trusted=yes] ${repository.url} probes main\n`);
  if (user !== undefined) runAsRoot('chown', '-R', `${user.name}:`, place);
  const options = optionsFor(place, lab);
  try {
    await karapaceOrThrow(['build', '--name', NAME], options);
    const { stdout } = await karapaceOrThrow(['exec', NAME, '--', 'cat', PRINTED], options);
    return new Map([['apt', stdout]]);
  } finally {
    await karapace(['destroy', NAME, '--yes'], options);
    runAsRoot('rm', '-rf', place);
  }
}

function makeProject(place: string, base: string, { backend }: Lab): void {
  mkdirSync(place);
  copyFileSync(base, path.join(place, 'rootfs.tar'));
  const lines = ['manifest_version = 1', '[base]', 'image = "./rootfs.tar"', '[system]', 'packages = ["probe"]'];
  writeFileSync(path.join(place, 'karapace.toml'), [...lines, '[runtime]', `backend = "${backend}"`, ''].join('\n'));
}

function addToImage(place: string, program: string, sources: string): void {
  const added = path.join(place, 'added');
  for (const name of ['probes', 'etc/apt']) mkdirSync(path.join(added, name), { recursive: true });
  copyFileSync(program, path.join(added, 'probes/probes'));
  writeFileSync(path.join(added, 'etc/apt/sources.list'), sources);
  const names = ['./probes/probes', './etc/apt/sources.list'];
  execFileSync('tar', ['-C', added, '--owner=0', '--group=0', '-rf', path.join(place, 'rootfs.tar'), ...names]);
}
