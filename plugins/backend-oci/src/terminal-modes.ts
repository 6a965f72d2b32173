import { spawnSync } from 'node:child_process';

import { findTool } from '@karapace/sandbox-profile';

/**
 * Remembers the modes of the caller's terminal, and gives the way back to them.
 *
 * The command has a terminal of its own, and the runtime puts the caller's into raw mode to carry every key there. When it is
 * killed, nobody else would set that right.
 */
export function rememberModes(toolDirectories: readonly string[]): () => void {
  const stty = findTool('stty', toolDirectories);
  if (stty === undefined) return () => {};
  const modes = runStty(stty, '-g').trim();
  return () => void (modes !== '' && runStty(stty, modes));
}

function runStty(stty: string, argument: string): string {
  return spawnSync(stty, [argument], { stdio: ['inherit', 'pipe', 'ignore'], env: {} }).stdout.toString();
}
