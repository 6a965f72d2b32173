import path from 'node:path';

import type { TestTools } from '@karapace/core/testing';

/** Five layers of all that a layer can do to those below it. `umoci insert` alone makes opaque directories. */
const MAKE = String.raw`
umoci init --layout layout
umoci new --image layout:1
umoci unpack --image layout:1 bundle
cd bundle/rootfs
mkdir -m 700 root
mkdir -p etc usr/bin var/lib/gone gone-too opaque/below keep directory-becomes-link directory-becomes-file
mkdir -m 1777 data
echo one > etc/replaced
echo gone > etc/removed
echo tool > usr/bin/tool
chmod 4755 usr/bin/tool
ln usr/bin/tool usr/bin/tool-link
echo kept > keep/file
chown 12:34 keep/file
ln -s etc link-becomes-directory
ln -s /etc/passwd absolute
ln -s usr/bin bin
ln -s /usr/bin also-bin
ln -s ../../../etc up
for file in directory-becomes-link/x directory-becomes-file/x var/lib/gone/x gone-too/x opaque/hidden opaque/below/hidden; do echo x > $file; done
mkfifo pipe
echo odd > "$(printf 'odd\377 name')"
truncate --size 1M sparse
python3 -c 'import os; os.setxattr("keep/file", "user.colour", b"blue\0\xff")'
umoci repack --refresh-bundle --image /work/layout:1 /work/bundle
echo two > etc/replaced
rm -r etc/removed var/lib/gone gone-too link-becomes-directory directory-becomes-link directory-becomes-file
mkdir link-becomes-directory
echo inside > link-becomes-directory/inside
ln -s keep directory-becomes-link
echo file > directory-becomes-file
echo new > usr/bin/new
ln usr/bin/new usr/bin/new-link
chmod 700 keep
umoci repack --refresh-bundle --image /work/layout:1 /work/bundle
cd /work
mkdir insert
echo shown > insert/shown
umoci insert --opaque --image layout:1 insert /opaque
umoci insert --image layout:1 insert/shown /bin/through
umoci insert --image layout:1 insert/shown /also-bin/sub/through
umoci config --image layout:1 --config.env PATH=/usr/bin:/bin --config.env COLOUR=blue
umoci unpack --image layout:1 expected
`;

export interface SampleLayout {
  /** Holds the directory `layout`, with the tag `1`. */
  readonly directory: string;
  /** What umoci makes of it. */
  readonly expected: string;
}

/** An image made by `umoci`, as anybody would make one. */
export async function makeSampleLayout(tools: TestTools): Promise<SampleLayout> {
  const directory = await tools.make();
  const { code, stderr } = await tools.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', `cd /work\n${MAKE}`],
    mounts: [{ source: directory, target: '/work', readOnly: false }],
  });
  if (code !== 0) throw new Error(`umoci did not make the image: ${stderr}`);
  return { directory, expected: path.join(directory, 'expected/rootfs') };
}

const LIST = `
import hashlib, os
for place, directories, files in os.walk(b'.'):
    for name in [b'.'] + files + [each for each in directories if os.path.islink(os.path.join(place, each))]:
        path = os.path.join(place, name)
        about = os.lstat(path)
        attributes = {key: os.getxattr(path, key, follow_symlinks=False) for key in os.listxattr(path, follow_symlinks=False)}
        kind = about.st_mode >> 12
        links = 0 if kind == 4 else about.st_nlink
        target = os.readlink(path) if kind == 10 else b''
        content = hashlib.sha256(open(path, 'rb').read()).hexdigest() if kind == 8 else ''
        print(path, oct(about.st_mode), about.st_uid, about.st_gid, links, target, content, sorted(attributes.items()))
`;

/** A line for whatever is in a directory, with its extended attributes; sorted. */
export async function listAll(directory: string, tools: TestTools): Promise<readonly string[]> {
  const { code, stdout, stderr } = await tools.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', 'cd /tree && exec python3 -c "$0"', LIST],
    mounts: [{ source: directory, target: '/tree', readOnly: true }],
  });
  if (code !== 0) throw new Error(`${directory} cannot be listed: ${stderr}`);
  return stdout.trimEnd().split('\n').toSorted();
}
