import { spawn } from 'node:child_process';

/** A process that outlives this one, should this one be killed, and removes its groups then. */
export interface GroupWatch {
  /** To be called when the groups are no longer this process's affair. */
  readonly end: () => void;
}

/** What is in a group ends with its session, but not at once: half a minute on a machine that is busy. */
const TRIES = { quick: 20, all: 80 } as const;

/** The end of its input without a line says that nobody is there any more. A group in which others are stays, and is theirs. */
const SCRIPT = `read -r over && exit
for try in $(seq ${TRIES.all}); do
  left=''
  for group; do rmdir "$group" 2>/dev/null || [ ! -e "$group" ] || left=1; done
  [ -n "$left" ] || exit
  if [ "$try" -le ${TRIES.quick} ]; then sleep 0.05; else sleep 0.5; fi
done`;

/** Begins before the groups are made, so that there is no moment in which a kill leaves them behind. */
export function watchGroups(directories: readonly string[], toolDirectories: readonly string[]): GroupWatch {
  const watcher = spawn('/bin/sh', ['-c', SCRIPT, 'karapace', ...directories], {
    cwd: '/',
    env: { PATH: toolDirectories.join(':') },
    stdio: ['pipe', 'ignore', 'ignore'],
    // A signal to the group of this process must not end it, too.
    detached: true,
  });
  watcher.unref();
  // Without it the next session with limits removes what is left.
  for (const each of [watcher, watcher.stdin]) each.on('error', () => {});
  return { end: () => void watcher.stdin.end('over\n') };
}
