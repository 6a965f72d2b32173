import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeRoot } from '../root-files.ts';
import { shell } from './shell.ts';

/** Another store, in a directory of its own. */
export interface PeerStore {
  readonly name: string;
  /** The Debian package of its program. */
  readonly needs: string;
  /** Empties it. */
  readonly init: () => Promise<void>;
  /** Keeps a directory; what was kept is on the disk afterwards. */
  readonly keep: (directory: string) => Promise<void>;
  readonly place: string;
}

export function ostree(parent: string): PeerStore {
  const place = join(parent, 'ostree');
  return {
    name: 'ostree commit',
    needs: 'ostree',
    place,
    init: () => renew(place, 'ostree init --repo="$1" --mode=bare'),
    keep: (directory) => shell('ostree --repo="$1" commit --branch=bench --tree=dir="$2"', [place, directory]),
  };
}

export const RESTIC = { RESTIC_PASSWORD: 'bench' };

export function restic(parent: string): PeerStore {
  const place = join(parent, 'restic');
  return {
    name: 'restic backup',
    needs: 'restic',
    place,
    init: () => renew(place, 'restic --quiet --no-cache --repo "$1" init', RESTIC),
    keep: (directory) =>
      shell('restic --quiet --no-cache --repo "$1" backup "$2"; sync -f "$1"', [place, directory], RESTIC),
  };
}

export function nix(parent: string): PeerStore {
  const place = join(parent, 'nix');
  const own = ['store', 'state', 'log', 'conf'].map((name) => [`NIX_${name.toUpperCase()}_DIR`, join(place, name)]);
  const variables = { ...Object.fromEntries(own), NIX_REMOTE: 'local', HOME: place } as Record<string, string>;
  return {
    name: 'nix-store --add',
    needs: 'nix-bin',
    place,
    init: () => renew(place, 'mkdir "$1/store"'),
    keep: (directory) => shell('nix-store --add "$2"; sync -f "$1"', [place, directory], variables),
  };
}

export function podmanStore(parent: string): PeerStore {
  const place = join(parent, 'podman');
  // It takes no path of more than 50 characters there.
  const run = join(tmpdir(), `karapace-podman-${process.pid}`);
  const podman =
    'podman --root="$1/root" --runroot="$3" --storage-driver=overlay --events-backend=file --cgroup-manager=cgroupfs';
  return {
    name: 'podman import',
    needs: 'podman',
    place,
    init: () => renew(place, 'true'),
    async keep(directory) {
      const script = `tar --create --directory="$2" . | ${podman} import --quiet - localhost/bench; sync -f "$1"`;
      await shell(script, [place, directory, run]);
      // It leaves its storage mounted on itself.
      await shell('if mountpoint --quiet "$1/root/overlay"; then umount "$1/root/overlay"; fi', [place]);
      await removeRoot(run);
    },
  };
}

export function git(parent: string): PeerStore {
  const place = join(parent, 'git');
  return {
    name: 'git add',
    needs: 'git',
    place,
    init: () => renew(place, 'git init --quiet --bare "$1"'),
    keep: (directory) =>
      shell('git --git-dir="$1" --work-tree="$2" add --all --force; sync -f "$1"', [place, directory]),
  };
}

async function renew(place: string, script: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
  await removeRoot(place);
  mkdirSync(place);
  await shell(script, [place], variables);
}
