import type { Attribute } from './tree-entry.ts';

/** What a tree makes of the extended attributes that are on the disk. */
export interface InterpretedAttributes {
  /** Those that belong to the tree, sorted. */
  readonly attributes: readonly Attribute[];
  /** Overlay's mark: what the layers below have in this directory is hidden. */
  readonly opaque: boolean;
  /** Names of overlay's own notes, which differ from run to run and are taken away. */
  readonly bookkeeping: readonly string[];
}

export const OPAQUE_ATTRIBUTE = 'user.overlay.opaque';
export const OPAQUE_VALUE = Buffer.from('y');

const OVERLAY = /^(?:user\.overlay|trusted\.overlay|user\.fuseoverlayfs)\.(.*)$/;
const NOTES = new Set(['origin', 'impure', 'nlink', 'uuid', 'upper', 'protattr']);
const EMPTY: InterpretedAttributes = { attributes: [], opaque: false, bookkeeping: [] };

/**
 * Sorts attributes by whose they are. Labels of the host's security modules are no part of a tree: an ordinary user can
 * neither read nor set them, and they differ from host to host.
 *
 * @throws RangeError on overlay attributes that hide content, which a mount without redirects and metacopy never writes
 */
export function interpretAttributes(found: readonly Attribute[]): InterpretedAttributes {
  if (found.length === 0) return EMPTY;
  let opaque = false;
  const attributes: Attribute[] = [];
  const bookkeeping: string[] = [];
  for (const attribute of found) {
    const note = OVERLAY.exec(attribute.name)?.[1];
    if (note === undefined) {
      if (isKept(attribute.name)) attributes.push(attribute);
    } else if (note === 'opaque' && attribute.value.equals(OPAQUE_VALUE)) {
      opaque = true;
      if (attribute.name !== OPAQUE_ATTRIBUTE) bookkeeping.push(attribute.name);
    } else if (NOTES.has(note)) {
      bookkeeping.push(attribute.name);
    } else {
      throw new RangeError(`the overlay attribute \`${attribute.name}\``);
    }
  }
  attributes.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { attributes, opaque, bookkeeping };
}

function isKept(name: string): boolean {
  return name.startsWith('user.') || name === 'security.capability' || name.startsWith('system.posix_acl_');
}
