import { execFileSync } from 'node:child_process';
import path from 'node:path';

import type { Workplace } from './karapace.ts';

export interface BusyboxProject {
  readonly name: string;
  /** The command that writes the archive of the current directory to stdout. Default: by GNU tar, with owners that are not 0. */
  readonly pack?: string | undefined;
  /** More of the manifest. */
  readonly manifest?: string | undefined;
}

/** A root file system of one static program; an archive of it, and a manifest beside it, whose path is given. */
export async function makeBusyboxProject(place: Workplace, project: BusyboxProject): Promise<string> {
  const { name, manifest = '', pack = 'tar --owner=7 --group=42 --sort=name -cJ .' } = project;
  const file = await place.manifest(`manifest_version = 1\n[base]\nimage = "./rootfs.tar"\n${manifest}`, name);
  const script = [
    'mkdir -p root/bin root/etc root/usr/share',
    'cp /bin/busybox root/bin/busybox && ln -s busybox root/bin/sh && ln root/bin/busybox root/bin/cat',
    'echo hello > root/usr/share/greeting',
    'ln -s /run/systemd/resolve/stub-resolv.conf root/etc/resolv.conf',
    `{ cd root && ${pack}; } > rootfs.tar && cd .. && rm -rf root`,
  ].join('\n');
  execFileSync('sh', ['-euc', script], { cwd: path.dirname(file) });
  return file;
}
