import type { Ids } from '../contracts/ids.ts';
import { removeTree } from './remove-tree.ts';
import { hasCode } from './system-error.ts';
import { byteString } from './system-path.ts';
import type { TreeClients } from './tree-clients.ts';

export interface TreeRemover {
  /** Removes a directory of any owners. */
  readonly remove: (directory: string, ids: Ids) => Promise<void>;
  /** Removes what a dead process left: whose ids it holds is not known, and the wider space reaches them all. */
  readonly removeLeft: (directory: string) => Promise<void>;
}

export function treeRemover(clients: TreeClients): TreeRemover {
  const removeInside = async (directory: string, ids: Ids) => {
    await (await clients.get(ids)).ask('remove', { directory });
  };

  return {
    async remove(directory, ids) {
      if (!clients.has(ids) && tryRemove(directory)) return;
      try {
        await removeInside(directory, ids);
      } catch (error) {
        // What cannot work has made nothing that would need it.
        if (!tryRemove(directory)) throw error;
      }
    },
    async removeLeft(directory) {
      if (!tryRemove(directory)) await removeInside(directory, 'full');
    },
  };
}

/** Gives whether it could: others' files need the id space that they are from. */
export function tryRemove(directory: string): boolean {
  try {
    removeTree(byteString(directory));
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
}
