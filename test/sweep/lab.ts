import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type FileSystem = 'ext4' | 'xfs';

const MAKE: Readonly<Record<FileSystem, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  xfs: ['mkfs.xfs', '-q', '-f'],
};
const CHECK: Readonly<Record<FileSystem, readonly string[]>> = {
  ext4: ['e2fsck', '-f', '-n'],
  xfs: ['xfs_repair', '-n'],
};

/** xfs takes no less than 300 MB. */
const SIZE = 400 * 1024 * 1024;
const ATTEMPTS = 100;
const PAUSE = 50;

/** A file system in a file, mounted where only this process and its children see it. */
export interface Lab {
  readonly mounted: string;
  mount(): void;
  unmount(): Promise<void>;
  /** Throws with what the file system's own check says. */
  check(): void;
}

/** To be called in a mount namespace of one's own: whatever is mounted goes with that, and the loop devices with it. */
export function openLab(kind: FileSystem, directory: string): Lab {
  const image = path.join(directory, `${kind}.img`);
  const mounted = path.join(directory, kind);
  fs.mkdirSync(mounted);
  fs.writeFileSync(image, '');
  fs.truncateSync(image, SIZE);
  run(...MAKE[kind], image);
  return {
    mounted,
    mount: () => void run('mount', '-t', kind, '-o', 'loop', image, mounted),
    async unmount() {
      // The last of the dead may not be quite gone; and as long as a namespace of theirs is there, so is the file system.
      await eventually(() => run('umount', mounted));
      await eventually(() => {
        if (run('losetup', '--associated', image) !== '') throw new Error(`${image} is still in use`);
      });
    },
    check: () => void run(...CHECK[kind], image),
  };
}

async function eventually(action: () => unknown): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      action();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await setTimeout(PAUSE);
    }
  }
}

function run(...[program = '', ...args]: readonly string[]): string {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
}
