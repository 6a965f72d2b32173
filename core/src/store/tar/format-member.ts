import { BUILD_EPOCH } from '../../layers/build-environment.ts';
import type { ByteString, InodeEntry, TreeEntry } from '../tree-entry.ts';
import { OPAQUE_ATTRIBUTE, OPAQUE_VALUE } from '../interpret-attributes.ts';
import { ATTRIBUTE_PREFIX } from './pax-keywords.ts';
import { formatPaxRecord } from './pax-records.ts';
import { encodeName, isUtf8 } from './tar-attributes.ts';
import { formatTarHeader } from './tar-header.ts';
import { padding } from './tar-limits.ts';
import { formatTime, wholeSeconds } from './tar-time.ts';

const TYPE_CODES = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const satisfies Record<TreeEntry['type'], string>;

const TEXT_FIELD = 100;
const SIZE_FIELD = 8 ** 11;
const EPOCH = BigInt(BUILD_EPOCH);
const EPOCH_TIME = EPOCH * 1_000_000_000n;

/**
 * The header blocks of a member; nothing but the entry decides about them.
 *
 * @param inode the entry itself, or what a hard link leads to
 */
export function formatMember(entry: TreeEntry, inode: InodeEntry): Buffer {
  const path = archivePath(entry);
  const target = entry.type === 'link' || entry.type === 'symlink' ? entry.target : '';
  const size = entry.type === 'file' ? entry.size : 0;
  const mtime = inode.mtime ?? EPOCH_TIME;
  const { seconds, isExact } = wholeSeconds(mtime);
  const header = formatTarHeader({
    type: TYPE_CODES[entry.type],
    path: cutPath(path, entry.type === 'directory'),
    target,
    mode: BigInt(inode.mode),
    uid: BigInt(inode.uid),
    gid: BigInt(inode.gid),
    size: size < SIZE_FIELD ? BigInt(size) : 0n,
    mtime: seconds,
    major: 'major' in entry ? BigInt(entry.major) : 0n,
    minor: 'minor' in entry ? BigInt(entry.minor) : 0n,
  });
  const records = [
    ...textRecords(path, target),
    ...(size < SIZE_FIELD ? [] : [formatPaxRecord('size', Buffer.from(String(size)))]),
    ...(isExact ? [] : [formatPaxRecord('mtime', Buffer.from(formatTime(mtime)))]),
    ...attributeRecords(entry),
  ];
  return records.length === 0 ? header : Buffer.concat([formatExtension(Buffer.concat(records)), header]);
}

/** The root is `./`; directories end with a slash. */
function archivePath({ type, path }: TreeEntry): ByteString {
  if (path === '') return './';
  return type === 'directory' ? `${path}/` : path;
}

/** Where the extended header has the path, this is what remains for old programs: never the name of a directory by chance. */
function cutPath(path: ByteString, isDirectory: boolean): ByteString {
  const cut = path.slice(0, TEXT_FIELD);
  return isDirectory ? cut : cut.replace(/\/+$/, '');
}

function textRecords(path: ByteString, target: ByteString): readonly Buffer[] {
  const extended = [
    { keyword: 'path', text: path },
    { keyword: 'linkpath', text: target },
  ].filter(({ text }) => text.length > TEXT_FIELD || !/^[\x01-\x7f]*$/.test(text));
  const isBinary = extended.some(({ text }) => !isUtf8(text));
  return [
    ...(isBinary ? [formatPaxRecord('hdrcharset', Buffer.from('BINARY'))] : []),
    ...extended.map(({ keyword, text }) => formatPaxRecord(keyword, Buffer.from(text, 'latin1'))),
  ];
}

function attributeRecords(entry: TreeEntry): readonly Buffer[] {
  if (entry.type === 'link') return [];
  const isOpaque = entry.type === 'directory' && entry.opaque;
  const opaque = isOpaque ? [{ name: OPAQUE_ATTRIBUTE, value: OPAQUE_VALUE }] : [];
  return [...entry.attributes, ...opaque]
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, value }) => formatPaxRecord(ATTRIBUTE_PREFIX + encodeName(name), value));
}

function formatExtension(content: Buffer): Buffer {
  const header = formatTarHeader({
    type: 'x',
    path: 'PaxHeaders',
    target: '',
    mode: 0o644n,
    uid: 0n,
    gid: 0n,
    size: BigInt(content.length),
    mtime: EPOCH,
    major: 0n,
    minor: 0n,
  });
  return Buffer.concat([header, content, Buffer.alloc(padding(content.length))]);
}
