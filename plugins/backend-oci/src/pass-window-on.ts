import { spawn } from 'node:child_process';

import type { Session } from '@karapace/core';
import { findInit, findTool } from '@karapace/sandbox-profile';

/**
 * Gives the command's terminal the size of the caller's whenever that changes: crun 1.8 does not.
 *
 * The terminal is reached through a descriptor of the first process inside, which nothing there can exchange.
 */
export function passWindowOn(session: Session, toolDirectories: readonly string[]): void {
  const stty = findTool('stty', toolDirectories);
  if (stty === undefined) return;
  const { stdout } = process;
  const resize = () => {
    const init = findInit(session.pid);
    if (init === undefined) return;
    const size = ['rows', String(stdout.rows), 'cols', String(stdout.columns)];
    // Should it have ended by then, nobody looks at its window any more; and a window of the wrong size is no reason to end.
    spawn(stty, ['--file', `/proc/${init}/fd/0`, ...size], { stdio: 'ignore', env: {} }).on('error', () => {});
  };
  stdout.on('resize', resize);
  const stop = () => void stdout.off('resize', resize);
  session.wait().then(stop, stop);
}
