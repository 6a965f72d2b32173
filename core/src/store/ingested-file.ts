import { KarapaceError } from '../errors.ts';
import { metadataClass } from './metadata-class.ts';
import type { FoundFile, ScannedEntry } from './scan-tree.ts';
import type { InodeIdentity } from './inode-identity.ts';
import { below } from './system-path.ts';
import type { FileToTake } from './take-file.ts';
import { printablePath, type ByteString } from './tree-entry.ts';
import type { TreeWorkshop } from './tree-workshop.ts';

/** What one ingest has at hand. */
export interface IngestWorkshop extends TreeWorkshop {
  readonly source: ByteString;
  /** A directory for the objects to be. */
  readonly intake: string;
}

/** A file that has an object of its own, which an empty one has not. */
export interface FileWithBytes {
  readonly entry: FoundFile;
  readonly identity: InodeIdentity;
  readonly sparse?: boolean | undefined;
}

export function isFileWithBytes(scanned: ScannedEntry): scanned is ScannedEntry & FileWithBytes {
  return scanned.entry.type === 'file' && scanned.entry.size > 0 && scanned.identity !== undefined;
}

export function fileToTake(source: ByteString, { entry, identity, sparse = false }: FileWithBytes): FileToTake {
  const { size, mode, uid, gid } = entry;
  const location = below(source, entry.path);
  return { location, identity, size, sparse, mode, uid, gid, metadataClass: metadataClass(entry) };
}

/** For what somebody changed. */
export function refuseCommitted(at: ByteString, cause: RangeError): KarapaceError {
  return new KarapaceError('COMMIT_FAILED', `\`${printablePath(at)}\` cannot be kept: ${cause.message}`, {
    hint: 'Change or remove it, and commit again.',
    cause,
  });
}
