import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SCRIPT = `
mkdir -p bin etc/deep usr/share empty
printf 'root:x:0:0:root:/root:/bin/sh\\n' > etc/passwd
printf '#!/bin/sh\\n' > bin/tool
chmod 4755 bin/tool
ln bin/tool bin/other-name
ln -s ../etc/passwd usr/share/link
ln -s /nowhere/at/all etc/broken
printf 'secret' > etc/shadow
chmod 0640 etc/shadow
touch "etc/deep/$(printf 'not-utf8-\\377')" 'etc/deep/with space' "etc/deep/$(printf 'n%.0s' $(seq 200))"
truncate -s 1M usr/share/holes
mkdir -m 1777 tmp
chmod 0755 .
setfattr -n user.note -v kept etc/passwd
`;

/** A directory with a small root file system; the caller removes it. */
export function makeRoot(): { readonly directory: string } & Disposable {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'karapace-rootfs-'));
  execFileSync('sh', ['-euc', SCRIPT], { cwd: directory });
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

/** What a shell pipeline prints in a directory. */
export function pack(directory: string, pipeline: string): Buffer {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', pipeline], { cwd: directory, maxBuffer: 2 ** 28 });
}
