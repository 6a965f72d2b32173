import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, absolute. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that everything but the set-up runs under: an npm package, so that the machine's own may be older. */
export const workspaceNode = join(root, 'node_modules/.bin/node');

/**
 * The command line of this workspace's own `karapace`.
 *
 * @param {string[]} args
 */
export function karapace(...args) {
  return [workspaceNode, join(root, 'plugins/frontend-cli/bin/karapace.js'), ...args];
}
