import path from 'node:path';

import type { Ids } from '../contracts/ids.ts';
import { attributeAccess, type AttributeAccess } from './inode-attributes.ts';
import { objectShelf, type ObjectShelf } from './object-shelf.ts';
import { storeLayout, type StoreLayout } from './store-layout.ts';
import type { TreeProcessOptions } from './tree-protocol.ts';

/** What all work on trees has at hand. */
export interface TreeWorkshop {
  readonly ids: Ids;
  readonly layout: StoreLayout;
  readonly attributes: AttributeAccess;
  readonly objects: ObjectShelf;
  /** A directory of this process alone. */
  readonly staging: string;
}

export function openTreeWorkshop({ root, ids, staging }: TreeProcessOptions): TreeWorkshop {
  const layout = storeLayout(root);
  const attributes = attributeAccess(path.join(staging, 'alias'));
  const objects = objectShelf({ layout, ids, attributes, temporary: path.join(staging, 'link') });
  return { ids, layout, attributes, objects, staging };
}
