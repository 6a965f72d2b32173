import { setAttributeSync } from '@napi-rs/xattr';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// Run in the id space: `node feature-tree.ts <empty directory> <full|single>`.
const [root = '', ids = ''] = process.argv.slice(2);
const at = (name: string): string => path.join(root, name);
const raw = (name: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
process.umask(0o022);

fs.mkdirSync(at('etc'));
fs.writeFileSync(at('etc/passwd'), 'root:x:0:0\n');
fs.writeFileSync(at('etc/copy'), 'root:x:0:0\n');
fs.writeFileSync(at('etc/secret'), 'hidden');
fs.chmodSync(at('etc/secret'), 0o000);
fs.writeFileSync(at('etc/empty'), '');
fs.linkSync(at('etc/passwd'), at('etc/a-link'));
fs.linkSync(at('etc/passwd'), at('z-link'));
fs.linkSync(at('etc/empty'), at('etc/empty-link'));
fs.writeFileSync(at('su'), 'setuid');
fs.chmodSync(at('su'), 0o4755);
fs.mkdirSync(at('shared'));
fs.chmodSync(at('shared'), 0o3777);
fs.mkdirSync(at('closed'));
fs.writeFileSync(at('closed/inside'), 'x');
fs.chmodSync(at('closed'), 0o000);
fs.symlinkSync('nowhere', at('dangling'));
fs.symlinkSync(Buffer.from('b\xffd', 'latin1'), raw('l\xefnk'));
fs.linkSync(at('dangling'), at('dangling-too'));
fs.mkdirSync(raw('d\xefr'));
fs.writeFileSync(raw('d\xefr/f\xfele'), 'not UTF-8');
fs.writeFileSync(at('n'.repeat(255)), 'long');
fs.writeFileSync(at('new\nline'), 'odd');
fs.writeFileSync(at('a-b'), 'sorts between `a` and `a/x`');
fs.mkdirSync(at('a'));
fs.writeFileSync(at('a/x'), 'x');
const sparse = fs.openSync(at('sparse'), 'w');
fs.writeSync(sparse, Buffer.from('end'), 0, 3, 3 * 1024 * 1024);
fs.closeSync(sparse);
execFileSync('mkfifo', [at('fifo')]);
execFileSync('mknod', ['-m', '000', at('gone'), 'c', '0', '0']);
fs.linkSync(at('gone'), at('gone-too'));
fs.mkdirSync(at('opaque'));
setAttributeSync(at('opaque'), 'user.overlay.opaque', Buffer.from('y'));
setAttributeSync(at('opaque'), 'user.overlay.origin', Buffer.from([0, 251, 33]));
setAttributeSync(at('etc'), 'user.overlay.impure', Buffer.from('y'));
setAttributeSync(at('su'), 'user.note', Buffer.from([0, 255, 10]));
// cap_net_raw=ep, as version 2 of the attribute.
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
fs.writeFileSync(at('ping'), 'ping');
setAttributeSync(at('ping'), 'security.capability', capability);
// An attribute on a name that is not UTF-8 goes on by another name.
fs.writeFileSync(at('plain'), 'attribute');
setAttributeSync(at('plain'), 'user.note', 'on bytes');
fs.renameSync(at('plain'), raw('byt\xe9s'));
if (ids === 'full') {
  fs.chownSync(at('etc/secret'), 0, 42);
  fs.chownSync(at('shared'), 1000, 65_534);
  fs.lchownSync(at('dangling'), 33, 33);
}
// Times must not count.
fs.utimesSync(at('su'), 1_000_000 + (process.pid % 1000), 12_345.678);
