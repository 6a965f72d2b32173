import { printable, type PaxRecords } from './pax-records.ts';

/** Say nothing that a tree holds. Names of owners are among them: only numbers count. */
const IGNORED = new Set([
  'atime',
  'charset',
  'comment',
  'ctime',
  'gname',
  'hdrcharset',
  'uname',
  'LIBARCHIVE.creationtime',
  'LIBARCHIVE.symlinktype',
  'RHT.security.selinux',
  'SCHILY.dev',
  'SCHILY.fflags',
  'SCHILY.ino',
  'SCHILY.nlink',
]);
const UNDERSTOOD = new Set([
  'gid',
  'linkpath',
  'mtime',
  'path',
  'size',
  'uid',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
]);
export const ATTRIBUTE_PREFIX = 'SCHILY.xattr.';
export const ENCODED_ATTRIBUTE_PREFIX = 'LIBARCHIVE.xattr.';

/**
 * Refuses keywords that could mean anything: one that is passed over could be what another program goes by.
 *
 * @throws RangeError
 */
export function checkKeywords(pax: PaxRecords): void {
  for (const keyword of pax.keys()) {
    const isAttribute = keyword.startsWith(ATTRIBUTE_PREFIX) || keyword.startsWith(ENCODED_ATTRIBUTE_PREFIX);
    if (!isAttribute && !IGNORED.has(keyword) && !UNDERSTOOD.has(keyword)) {
      throw new RangeError(`its extended header has the keyword \`${printable(keyword)}\`, which is not supported`);
    }
  }
}

/** @throws RangeError on a global header that says anything about the members behind it */
export function checkGlobalKeywords(pax: PaxRecords): void {
  for (const keyword of pax.keys()) {
    if (keyword !== 'comment') {
      throw new RangeError(`the global header has the keyword \`${printable(keyword)}\`, which is not supported`);
    }
  }
}
