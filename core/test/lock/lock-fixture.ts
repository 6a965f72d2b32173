import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { ArchivePin, PackagePin, Resolution } from '../../src/contracts/lock.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import { normalizePolicy } from '../../src/manifest/normalize-policy.ts';
import { createLock } from '../../src/lock/create-lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';

export const MANIFEST: NormalizedManifest = {
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: { packages: ['curl', 'git'] },
  gui: { apps: ['xterm'] },
  hardware: { gpu: false, audio: true },
  mounts: [{ label: 'project', host: '.', container: '/workspace' }],
  env: {},
  files: [],
  run: [],
  policy: null,
  runtime: {
    backend: 'namespace',
    network_isolation: false,
    resource_limits: { ...NO_LIMITS, memory_limit_mb: 512 },
  },
};

export function archive(name: string, version = '1:1.0~rc1-1+b2'): ArchivePin {
  const url = `http://mirror.example.invalid/pool/${name}.deb`;
  return { name, version, arch: 'amd64', url, size: name.length * 1000, sha256: 'ab'.repeat(32) };
}

export function pin(name: string, asked: PackagePin['asked']): PackagePin {
  return { ...archive(name), manager: 'packages-apt', asked };
}

export const RESOLUTION: Resolution = {
  ids: 'full',
  base: {
    reference: 'debian/trixie',
    source: 'image-debootstrap',
    parameters: { suite: 'trixie', arch: 'amd64', sources: 'deb http://mirror.example.invalid/debian trixie main\n' },
    archives: [archive('bash'), archive('apt')],
    tree: 'cd'.repeat(32) as TreeDigest,
  },
  packages: [pin('git', 'system'), pin('xterm', 'gui'), pin('curl', 'system'), pin('libcurl4t64', 'dependency')],
  files: [],
};

export const LOCK = createLock(RESOLUTION, MANIFEST);

/** A project that says itself what it may be given at most. */
export const POLICY_LOCK = createLock(RESOLUTION, {
  ...MANIFEST,
  policy: normalizePolicy({ mounts: ['.', '~/.cache'], devices: [], resource_limits: { pids_limit: 512 } }),
});

const BEFORE = createLock({ ...RESOLUTION, packages: RESOLUTION.packages.slice(1) }, MANIFEST);

/** Has every key that a lock may leave out. */
export const LAYERS_LOCK = createLock(
  {
    ...RESOLUTION,
    files: [
      { target: '/etc/motd', tree: 'ef'.repeat(32) as TreeDigest },
      { target: '/root', tree: '01'.repeat(32) as TreeDigest },
    ],
  },
  {
    ...MANIFEST,
    env: { EDITOR: 'vi', PATH: '/opt/bin:/usr/bin' },
    files: [
      { source: 'etc/motd', target: '/etc/motd', mode: '0600' },
      { source: 'dotfiles', target: '/root', mode: null },
    ],
    run: [
      { name: 'tool', command: ['/bin/sh', '-c', 'make install'], network: false, after: [] },
      { name: '2', command: ['tool', '--update'], network: true, after: ['tool'] },
    ],
  },
  BEFORE,
);

/** What reading this lock throws. */
export async function refusal(content: string) {
  const error: unknown = await parseLock(content, 'karapace.lock').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error;
}
