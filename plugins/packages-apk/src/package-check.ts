import { createHash } from 'node:crypto';

import { gzipMember } from './gzip-member.ts';
import { tarEntries } from './tar-entries.ts';

/** Compressed bytes within which the signatures and the control section have to be: scripts and a page of text. */
const HEAD_LIMIT = 16 * 1024 * 1024;
const UNPACKED_LIMIT = 64 * 1024 * 1024;

export interface ExpectedPackage {
  /** SHA-1 of the control section, in hex digits. */
  readonly identity: string;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Passes a package on and checks it on the way: the index has the digest of the control section, which has that of the data section;
 * the signatures before them are covered by neither and say nothing here (apk-v2(5)).
 *
 * @throws Error in the end, or as soon as it is certain, whose message completes "the file ..."
 */
export async function* checkedPackage(
  content: AsyncIterable<Buffer>,
  { identity, size }: ExpectedPackage,
): AsyncGenerator<Buffer> {
  const data = createHash('sha256');
  let [received, head, digest]: [number, Buffer, string | undefined] = [0, Buffer.alloc(0), undefined];
  let tried = 0;
  for await (const chunk of content) {
    received += chunk.length;
    if (received > size) throw new Error(`has more than the ${size} bytes of the index`);
    if (digest !== undefined) data.update(chunk);
    else {
      head = Buffer.concat([head, chunk]);
      // Each try unpacks from the beginning, so that tries are made when the bytes have doubled, and at the end.
      if (head.length >= 2 * tried || received === size) {
        tried = head.length;
        const control = findControl(head);
        if (control === undefined && head.length > HEAD_LIMIT) throw new Error('has no control section');
        if (control !== undefined) {
          digest = dataDigest(control.member, identity, control.content);
          data.update(head.subarray(control.end));
        }
      }
    }
    yield chunk;
  }
  if (received !== size) throw new Error(`has ${received} bytes and not the ${size} of the index`);
  if (digest === undefined) throw new Error('has no control section');
  if (data.digest('hex') !== digest) throw new Error('has other data than its control section says');
}

interface ControlSection {
  /** As it is in the file. */
  readonly member: Buffer;
  readonly content: Buffer;
  readonly end: number;
}

/** The first member, or the second where the first holds signatures; undefined where more bytes are needed. */
function findControl(head: Buffer): ControlSection | undefined {
  const first = gzipMember(head, 0, UNPACKED_LIMIT);
  if (first === undefined) return undefined;
  const [{ name = '' } = {}] = tarEntries(first.content);
  if (!name.startsWith('.SIGN.')) return { ...first, member: head.subarray(0, first.end) };
  const second = gzipMember(head, first.end, UNPACKED_LIMIT);
  return second === undefined ? undefined : { ...second, member: head.subarray(first.end, second.end) };
}

function dataDigest(member: Buffer, identity: string, control: Buffer): string {
  if (createHash('sha1').update(member).digest('hex') !== identity) throw new Error('is another than the index has');
  const info = [...tarEntries(control)].find(({ name }) => name === '.PKGINFO')?.content.toString('utf8') ?? '';
  const [, digest] = /^datahash = ([0-9a-f]{64})$/mu.exec(info) ?? [];
  if (digest === undefined) throw new Error('does not say the digest of its data');
  return digest;
}
