import { hostileHeaders } from './hostile-headers.ts';
import { directory, file, link, refused, symlink, type HostileArchive } from './hostile-kit.ts';
import { END, pax, rawMember, rawTar } from './raw-tar.ts';

const paths: readonly HostileArchive[] = [
  refused('a path to the parent', '`..`', file('../x')),
  refused('a path through the parent', '`..`', file('a/../../x')),
  refused('a path that comes back in', '`..`', file('a/../x')),
  refused('a path to the parent after a dot', '`..`', file('./../x')),
  refused('a path that ends with the parent', '`..`', directory('a/..')),
  refused('an absolute path', 'absolute', file('/canary')),
  refused('an absolute path with two slashes', 'absolute', file('//canary')),
  refused('an absolute path in an extended header', 'absolute', pax({ path: '/canary' }), file('x')),
  refused('an absolute path in a long name of GNU', 'absolute', { type: 'L', content: '/canary\0' }, file('x')),
  refused('an absolute path by the prefix', 'absolute', file('canary', { prefix: '/tmp' })),
  refused('the parent by the prefix', '`..`', file('x', { prefix: '..' })),
  refused('no path', 'empty', file('')),
  refused('no path in an extended header', 'empty', pax({ path: '' }), file('x')),
  refused('the root as a file', 'path of a directory', file('.')),
  refused('the root as a symbolic link', 'path of a directory', symlink('./', '/tmp')),
  refused('a file with a slash at its end', 'path of a directory', file('a/')),
  refused('a NUL in a path', 'NUL', pax({ path: 'a\0b' }), file('x')),
  refused('a NUL in a name with bytes behind it', 'NUL', file('a\0b')),
  refused('a NUL in a link target', 'NUL', pax({ linkpath: 'a\0b' }), symlink('x', 'y')),
  refused('a name of 256 bytes', '255', pax({ path: 'n'.repeat(256) }), file('x')),
  refused('a name of a megabyte', '3072', pax({ path: 'n'.repeat(1_000_000) }), file('x')),
  refused('a path of 5,000 names', '512', pax({ path: 'd/'.repeat(5000) }), directory('x')),
  refused('a path of 4 KiB', '3072', pax({ path: `${`${'n'.repeat(250)}/`.repeat(16)}` }), directory('x')),
];

const links: readonly HostileArchive[] = [
  refused('writing through a symbolic link', 'no directory', symlink('out', '..'), file('out/canary')),
  refused('writing through an absolute symbolic link', 'no directory', symlink('out', '/tmp'), file('out/canary')),
  refused('writing to a symbolic link', 'twice', symlink('out', '../canary'), file('out')),
  refused('a chain of symbolic links', 'no directory', symlink('a', '.'), symlink('a/b', '..'), file('a/b/canary')),
  refused('a directory that becomes a symbolic link', 'twice', directory('d'), symlink('d', '..'), file('d/canary')),
  refused('a symbolic link that becomes a directory', 'twice', symlink('d', '..'), directory('d'), file('d/canary')),
  refused('an implied directory that becomes a symbolic link', 'twice', file('d/x'), symlink('d', '..')),
  refused('a symbolic link without a target', 'target', symlink('a', '')),
  refused('a symbolic link with a long target', 'target', pax({ linkpath: 't'.repeat(4096) }), symlink('a', 'b')),
  refused('a symbolic link with content', 'content', { ...symlink('a', 'b'), content: 'x' }),
  refused('a hard link to an absolute path', 'absolute', link('a', '/etc/passwd')),
  refused('a hard link to the parent', '`..`', link('a', '../canary')),
  refused('a hard link through a symbolic link', 'nothing before', symlink('out', '..'), link('a', 'out/canary')),
  refused('writing through a hard link', 'twice', file('f'), link('a', 'f'), file('a')),
  refused('a hard link below a file', 'no directory', file('f'), link('f/a', 'f')),
  refused('a hard link to a later member', 'nothing before', link('a', 'b'), file('b')),
  refused('a hard link to itself', 'nothing before', link('a', 'a')),
  refused('a hard link to a directory', 'directory', directory('d'), link('a', 'd')),
  refused('a hard link to the root', 'directory', link('a', '.')),
  refused('a hard link with content', 'content', file('f'), link('a', 'f', { content: 'x' })),
];

const places: readonly HostileArchive[] = [
  refused('a file twice', 'twice', file('a'), file('a')),
  refused('a file twice by other names', 'twice', file('a/b'), file('./a//./b')),
  refused('a directory twice', 'twice', directory('d'), directory('d')),
  refused('a file that becomes a directory', 'twice', file('a'), directory('a')),
  refused('a directory that becomes a file', 'twice', directory('a'), file('a')),
  refused('a file below a file', 'no directory', file('a'), file('a/b')),
  refused('a file below a FIFO', 'no directory', { name: 'p', type: '6' }, file('p/b')),
];

const ends: readonly HostileArchive[] = [
  { title: 'nothing at all', archive: Buffer.alloc(0), reason: 'cut' },
  { title: 'no end', archive: rawMember(file('a')), reason: 'cut' },
  {
    title: 'one block of zeros at its end',
    archive: Buffer.concat([rawMember(file('a')), END.subarray(512)]),
    reason: 'cut',
  },
  {
    title: 'one block of zeros in its middle',
    archive: Buffer.concat([END.subarray(512), rawMember(file('a')), END]),
    reason: 'followed',
  },
  {
    title: 'another archive behind it',
    archive: Buffer.concat([rawTar(file('a')), rawTar(file('b'))]),
    reason: 'follows',
  },
  { title: 'an end in the middle of a header', archive: rawMember(file('a')).subarray(0, 300), reason: 'cut' },
  {
    title: 'an end in the middle of a file',
    archive: rawMember(file('a', { content: 'x'.repeat(2000) })).subarray(0, 1000),
    reason: 'cut',
  },
  { title: 'something else', archive: Buffer.alloc(4096, 'not an archive '), reason: 'checksum|octal' },
  {
    title: 'a compressed archive',
    archive: Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.alloc(2048, 0x5a)]),
    reason: 'checksum|octal',
  },
];

export const hostileArchives: readonly HostileArchive[] = [...paths, ...links, ...places, ...ends, ...hostileHeaders];
