import { directory, file, refused, symlink, type HostileArchive } from './hostile-kit.ts';
import { pax, paxLine, rawMember } from './raw-tar.ts';

const rawPax = (content: string, type = 'x') =>
  rawMember({ name: 'PaxHeaders', type, content: Buffer.from(content, 'latin1') });
const base256 = (width: number, first: number, value: number) =>
  String.fromCharCode(first) + Buffer.from(value.toString(16).padStart(2 * width - 2, '0'), 'hex').toString('latin1');
const sparse = (more: Readonly<Record<string, string>> = {}) =>
  pax({
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'f',
    'GNU.sparse.realsize': '10',
    ...more,
  });
const sparseContent = (map: string, bytes = '') => map.padEnd(512, '\0') + bytes;

const numbers: readonly HostileArchive[] = [
  refused('the user 65536', 'user id', file('a', { uid: 65_536 })),
  refused('the user 70000', 'user id', file('a', { uid: 70_000 })),
  refused('the group 2^31 in base 256', 'group id', file('a', { gid: base256(8, 0x80, 2 ** 31) })),
  refused('a negative user', 'user id', file('a', { uid: '\xff'.repeat(8) })),
  refused('a user by an extended header', 'differ', pax({ uid: '1' }), file('a', { uid: 0 })),
  refused('a user of letters', 'octal', file('a', { uid: 'root\0\0\0\0' })),
  refused('a negative size', 'size', file('a', { size: '\xff'.repeat(12) })),
  refused('a size with a sign', 'octal', file('a', { size: '-0000000001\0' })),
  refused('a size of 2^63', 'size', file('a', { size: `\x80\0\0\0\x80${'\0'.repeat(7)}` })),
  refused('a size beyond the archive', 'cut', file('a', { size: 10_000_000 })),
  refused('a size smaller than the content', 'unknown format|checksum|zeros|octal', file('a', { size: 0 })),
  refused('two sizes', 'differ', pax({ size: '512' }), file('a', { content: 'x'.repeat(1024) })),
  refused(
    'an empty field and a small extended size',
    'differ',
    pax({ size: '1024' }),
    file('a', { size: 0, content: 'x'.repeat(1024) }),
  ),
  refused('a size that is no number', 'no number', pax({ size: '0x1' }), file('a')),
  refused('a time that is no number', 'time', pax({ mtime: '1e9' }), file('a')),
  refused('a time after the end of time', 'time', pax({ mtime: '99999999999' }), file('a')),
  refused('a time before its beginning', 'time', file('a', { mtime: `\xff${'\xff'.repeat(6)}${'\0'.repeat(5)}` })),
  refused('a mode that is no mode', 'mode', file('a', { mode: 0o777_7777 })),
  refused('a device number of letters', 'octal', { name: 'a', type: '3', major: 'x\0\0\0\0\0\0\0' }),
  refused('a device number above all', 'device number', { name: 'a', type: '4', major: 5000, minor: 0 }),
  refused('a wrong checksum', 'checksum', file('a', { checksum: '000001\0 ' })),
  refused('no checksum', 'checksum', file('a', { checksum: '        ' })),
];

const headers: readonly HostileArchive[] = [
  refused('a global path', '`path`', pax({ path: 'all' }, 'g'), file('a')),
  refused('a global owner', '`uid`', pax({ uid: '0' }, 'g'), file('a')),
  refused(
    'a global header behind a member’s own',
    'between',
    pax({ path: 'b' }),
    pax({ comment: 'c' }, 'g'),
    file('a'),
  ),
  refused(
    'an extended header before a long name',
    'two formats',
    pax({ path: 'b' }),
    { type: 'L', content: 'c\0' },
    file('a'),
  ),
  refused(
    'a long name before an extended header',
    'two formats',
    { type: 'L', content: 'c\0' },
    pax({ size: '1' }),
    file('a'),
  ),
  refused('two long names', 'two extended', { type: 'L', content: 'b\0' }, { type: 'L', content: 'c\0' }, file('a')),
  refused('two extended headers', 'two extended', pax({ path: 'b' }), pax({ path: 'c' }), file('a')),
  refused('a long name without a NUL', 'NUL', { type: 'L', content: 'abc' }, file('a')),
  refused('a long name with two', 'NUL', { type: 'L', content: 'a\0c\0' }, file('a')),
  refused('an extended header without a member', 'no member', pax({ path: 'b' })),
  refused('a keyword twice', 'twice', rawPax(paxLine('path', 'a') + paxLine('path', 'b')), file('x')),
  refused('an unknown keyword', '`EVIL.path`', pax({ 'EVIL.path': 'a' }), file('x')),
  refused('a keyword that a terminal would obey', '`?[2J`', pax({ '\x1b[2J': 'a' }), file('x')),
  refused('an access list as text', 'SCHILY.acl.access', pax({ 'SCHILY.acl.access': 'user::rwx' }), file('x')),
  refused('a record that is too short', 'length', rawPax('5 a=b\n'), file('x')),
  refused('a record that is too long', 'length', rawPax('99 a=b\n'), file('x')),
  refused('a record of length 0', 'length', rawPax('0 a=b\n'), file('x')),
  refused('a record with a length of zeros before it', 'length', rawPax('06 a=b\n'), file('x')),
  refused('a record without a keyword', 'keyword', rawPax('5 =b\n'), file('x')),
  refused('an extended header of 2 MiB', 'length', rawPax(paxLine('comment', 'c'.repeat(2 * 1024 * 1024))), file('x')),
  refused('a header of an unknown format', 'unknown format', file('a', { magic: 'ustar\x0001' })),
  refused('a GNU header with more fields', 'GNU', file('a', { magic: 'ustar  \0', patch: [345, '00000000001\0'] })),
  refused('an old sparse file', 'type `S`', file('a', { type: 'S', magic: 'ustar  \0' })),
  refused('a part of another volume', 'type `M`', file('a', { type: 'M' })),
  refused('the name of a volume', 'type `V`', { name: 'a', type: 'V' }),
  refused('a type that nobody knows', 'type `Z`', file('a', { type: 'Z' })),
  refused('a directory with content', 'content', directory('d', { content: 'x' })),
  refused('a FIFO with content', 'content', { name: 'p', type: '6', content: 'x' }),
];

const attributes: readonly HostileArchive[] = [
  refused('an overlay redirect', 'overlay', pax({ 'SCHILY.xattr.user.overlay.redirect': '/' }), directory('d')),
  refused('an overlay metacopy', 'overlay', pax({ 'SCHILY.xattr.trusted.overlay.metacopy': '' }), file('f')),
  refused('an opaque file', 'opaque', pax({ 'SCHILY.xattr.user.overlay.opaque': 'y' }), file('f')),
  refused('an attribute of a symbolic link', 'cannot have', pax({ 'SCHILY.xattr.user.a': 'x' }), symlink('a', 'b')),
  refused(
    'capabilities of a directory',
    'cannot have',
    pax({ 'SCHILY.xattr.security.capability': `\x01\0\0\x02${'\0'.repeat(16)}` }),
    directory('d'),
  ),
  refused(
    'capabilities of a foreign id space',
    'version 2',
    pax({ 'SCHILY.xattr.security.capability': `\x01\0\0\x03${'\0'.repeat(20)}` }),
    file('f'),
  ),
  refused('capabilities cut short', 'version 2', pax({ 'SCHILY.xattr.security.capability': '\x01' }), file('f')),
  refused('an attribute of 70,000 bytes', '65536', pax({ 'SCHILY.xattr.user.a': 'x'.repeat(70_000) }), file('f')),
  refused('an attribute without a name', 'no name', pax({ 'SCHILY.xattr.': 'x' }), file('f')),
  refused('an attribute whose name is not UTF-8', 'no name', pax({ 'SCHILY.xattr.user.\xff': 'x' }), file('f')),
  refused(
    'two values of an attribute',
    'two values',
    pax({ 'SCHILY.xattr.user.a': 'x', 'LIBARCHIVE.xattr.user.a': 'eQ==' }),
    file('f'),
  ),
  refused('an attribute that is no base 64', 'base 64', pax({ 'LIBARCHIVE.xattr.user.a': '%%%' }), file('f')),
  refused(
    'an access list that is none',
    'cannot be kept',
    pax({ 'SCHILY.xattr.system.posix_acl_access': 'junk' }),
    file('f'),
  ),
];

const sparseFiles: readonly HostileArchive[] = [
  refused('a sparse file of another version', 'sparse', sparse({ 'GNU.sparse.minor': '1' }), file('f')),
  refused(
    'a sparse file without a size',
    'sparse',
    pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }),
    file('f'),
  ),
  refused('a sparse directory', 'sparse', sparse(), directory('d')),
  refused(
    'a sparse file that leads out',
    '`..`',
    sparse({ 'GNU.sparse.name': '../f' }),
    file('f', { content: sparseContent('0\n') }),
  ),
  refused('a sparse file without an end of its list', 'cut', sparse(), file('f', { content: '1'.repeat(512) })),
  refused('a sparse file with letters in its list', 'numbers', sparse(), file('f', { content: sparseContent('a\n') })),
  refused(
    'sparse parts that overlap',
    'order',
    sparse(),
    file('f', { content: sparseContent('2\n0\n5\n4\n5\n', 'x'.repeat(10)) }),
  ),
  refused(
    'a sparse part behind the end',
    'order',
    sparse(),
    file('f', { content: sparseContent('1\n8\n5\n', 'x'.repeat(5)) }),
  ),
  refused(
    'a sparse file with more content than parts',
    'stored',
    sparse(),
    file('f', { content: sparseContent('1\n0\n5\n', 'x'.repeat(9)) }),
  ),
  refused('a million sparse parts', 'parts', sparse(), file('f', { content: sparseContent('1000000\n') })),
  refused(
    '42 GB of holes',
    'holes',
    sparse({ 'GNU.sparse.realsize': '42000000000' }),
    file('f', { content: sparseContent('0\n') }),
  ),
];

/** Archives whose headers lie. */
export const hostileHeaders: readonly HostileArchive[] = [...numbers, ...headers, ...attributes, ...sparseFiles];
