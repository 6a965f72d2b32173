import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { runSample } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxSpec } from '@karapace/core';
import { startTimeOf } from '@karapace/sandbox-profile';
import { expect, onTestFinished } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';
import { makeTools } from './fixtures/make-tools.ts';
import { clientCommand } from './fixtures/start-client.ts';
import { test } from './sandbox-test.ts';

const run = promisify(execFile);

/** One thing that a machine may lack, and what is said then. */
interface TakenAway {
  readonly what: string;
  readonly tool: string;
  /** What takes the tool's place; without it, the tool is not there. */
  readonly script?: string;
  readonly changes?: Partial<SandboxSpec>;
  readonly code: string;
  readonly message: RegExp;
}

/** As `bwrap` says it where the kernel refuses: it has set up nothing then. */
const refusing = (words: string) => `echo "bwrap: ${words}" >&2; exit 1`;
const PIDS = { limits: { ...NO_LIMITS, disk_limit_mb: 64 } };
const NOT_INSTALLED = 'TOOL_MISSING';
const FAILED = 'SANDBOX_FAILED';

const TAKEN: readonly TakenAway[] = [
  { what: 'bwrap', tool: 'bwrap', code: NOT_INSTALLED, message: /`bwrap` is not installed/u },
  { what: 'unshare', tool: 'unshare', code: NOT_INSTALLED, message: /`unshare` is not installed/u },
  { what: 'setpriv', tool: 'setpriv', code: NOT_INSTALLED, message: /`setpriv` is not installed/u },
  { what: 'prlimit', tool: 'prlimit', changes: PIDS, code: NOT_INSTALLED, message: /`prlimit` is not installed/u },
  { what: 'mount', tool: 'mount', code: FAILED, message: /tmpfs as workspace.*mount: not found/u },
  { what: 'mkdir', tool: 'mkdir', code: FAILED, message: /tmpfs as workspace.*mkdir: not found/u },
  { what: 'mkfifo', tool: 'mkfifo', code: FAILED, message: /mkfifo: not found/u },
  {
    what: 'a tmpfs',
    tool: 'mount',
    script: 'echo "mount: /sys/kernel: permission denied." >&2; exit 32',
    code: FAILED,
    message: /tmpfs as workspace.*permission denied/u,
  },
  {
    what: 'user namespaces',
    tool: 'unshare',
    script: 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1',
    code: 'NAMESPACE_DENIED',
    message: /may not create user namespaces: unshare: unshare failed: Operation not permitted/u,
  },
  {
    what: 'the id map',
    tool: 'unshare',
    script: 'echo "unshare: newuidmap: write to uid_map failed: Operation not permitted" >&2; exit 1',
    code: 'NAMESPACE_DENIED',
    message: /write to uid_map failed/u,
  },
  {
    what: 'a new /proc',
    tool: 'unshare',
    script: 'echo "unshare: mount /proc failed: Operation not permitted" >&2; exit 1',
    code: 'NAMESPACE_DENIED',
    message: /No new `\/proc` can be mounted/u,
  },
  ...(
    [
      ['seccomp', 'prctl(PR_SET_SECCOMP): Invalid argument', /PR_SET_SECCOMP/u],
      [
        'control group namespaces',
        'Cannot create new cgroup namespace because the kernel does not support it',
        /cgroup namespace/u,
      ],
      ['network namespaces', 'Creating new namespace failed: No space left on device', /new namespace failed/u],
      ['the loopback', 'loopback: Failed RTM_NEWADDR: Operation not permitted', /RTM_NEWADDR/u],
      ['/dev/pts', "Can't mount devpts on /newroot/dev/pts: Permission denied", /devpts/u],
      [
        '/dev/shm',
        "Can't bind mount /oldroot/sys/kernel/shm on /newroot/dev/shm: No such file or directory",
        /dev\/shm/u,
      ],
      ['/dev/null', "Can't bind mount /oldroot/dev/null on /newroot/dev/null: No such file or directory", /dev\/null/u],
      ['the inner /proc', "Can't mount proc on /newroot/proc: Operation not permitted", /mount proc on/u],
    ] as const
  ).map(([what, words, message]) => ({ what, tool: 'bwrap', script: refusing(words), code: FAILED, message })),
];

test.for(TAKEN)('without $what there is an error that says so, and no command', async (each, { box }) => {
  const directory =
    each.script === undefined ? await makeTools([each.tool]) : await makeTools([], { [each.tool]: each.script });
  const backend = openNamespaceBackend({ toolDirectories: [directory] });

  await expect(runSample(backend, box.spec(['echo', 'ran'], each.changes))).rejects.toMatchObject({
    code: each.code,
    message: expect.stringMatching(each.message) as string,
    hint: expect.stringMatching(/karapace doctor|sysctl|container/u) as string,
  });
});

test('without nsenter a session cannot be joined, and that is said', async ({ box }) => {
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools(['nsenter'])] });
  const streams = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const;
  const first = await backend.start(box.spec(['sleep', '600']), { streams });
  const join = { pid: first.pid, start_time: startTimeOf(first.pid) ?? '' };

  await expect(backend.start(box.spec(['true']), { streams, join })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('`nsenter`') as string,
  });
  await first.stop(0);
});

test('without du a limit of the disk cannot be watched, and that is said', async ({ box }) => {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-upper-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const name of ['upper', 'work']) await mkdir(join(directory, name));
  const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
  const mark = `600.0${process.pid}`;
  const spec = box.spec(['sleep', mark], { root: { kind: 'layers', lower: [box.root], upper }, ...PIDS });

  const started = runSample(openNamespaceBackend({ toolDirectories: [await makeTools(['du'])] }), spec);
  await expect(started).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('`du`') as string,
  });
  expect((await run('ps', ['-eo', 'args'])).stdout).not.toContain(mark);
});

test('where parts of /proc are covered, as in a container, no new one can be mounted, and that is said', async ({
  box,
}) => {
  const script = 'mount --bind /dev/null /proc/version && exec "$@"';
  const client = clientCommand(box.spec(['true'], { ids: 'single' }));
  const covered = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', script, 'sh'];

  await expect(run('unshare', [...covered, ...client])).rejects.toMatchObject({
    code: 99,
    stderr: expect.stringMatching(/^error\[NAMESPACE_DENIED\]: No new `\/proc` can be mounted/u) as string,
  });
});
