import { KarapaceError } from '@karapace/core';

const ARCHIVE = /\.(?:tar(?:\.(?:gz|xz|zst))?|tgz|txz|tzst)$/u;
const TREE = /@[0-9a-f]{64}$/u;

/** Where an image's archive is, without the digest of its tree. */
export type ImageAddress =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string };

/** A path of a tar archive, or an http address whose path ends like one. */
export function parseReference(reference: string): ImageAddress | undefined {
  const address = reference.replace(TREE, '');
  if (/^(?:\/|\.{1,2}\/)/u.test(address)) return ARCHIVE.test(address) ? { kind: 'file', path: address } : undefined;
  const url = /^https?:\/\//u.test(address) ? URL.parse(address) : null;
  return url !== null && ARCHIVE.test(url.pathname) ? { kind: 'url', url: address } : undefined;
}

/** @throws KarapaceError `IMAGE_UNKNOWN` where what stands behind the archive cannot be the digest of a tree */
export function checkDigest(reference: string): void {
  const { address = '', digest = '' } = /^(?<address>.*)@(?<digest>[^@/]*)$/u.exec(reference)?.groups ?? {};
  if (TREE.test(reference) || parseReference(address) === undefined || parseReference(reference) !== undefined) return;
  throw new KarapaceError('IMAGE_UNKNOWN', `\`${digest}\` behind \`${address}\` is no digest of a tree`, {
    hint: `Write \`${address}\` alone and run \`karapace pin\`, which puts the 64 hexadecimal digits there.`,
  });
}

export function isPinned(reference: string): boolean {
  return TREE.test(reference);
}

/** @throws KarapaceError `IMAGE_UNKNOWN` where the address could not be in a lock, which is shared */
export function checkUrl(address: string): void {
  const { username, password } = new URL(address);
  if (username === '' && password === '') return;
  throw new KarapaceError('IMAGE_UNKNOWN', 'The address of an image holds a user name or a password', {
    hint: 'Leave them out of `[base] image`: the manifest and its lock are shared. Download the archive yourself and name its path.',
  });
}
