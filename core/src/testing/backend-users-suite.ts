import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import type { SandboxRoot } from '../contracts/sandbox.ts';
import type { BackendBench } from './backend-bench.ts';
import { ordinaryUser, whyNoOrdinaryUser, type OrdinaryUser } from './ordinary-user.ts';
import { asRoot } from './run-as.ts';
import { endOfClient, startClient } from './start-client.ts';

/** What every backend must do for a user who is not root, with subordinate ids and without. */
export function describeUsers(bench: BackendBench, module: string): void {
  const { lacks = [] } = bench.options;
  test.for(lacks.includes('full-ids') ? [false] : [true, false])(
    'an ordinary user gets the same sandbox, with a range of ids: %s',
    async (range, { skip }) => {
      const reason = await whyNoOrdinaryUser();
      if (reason !== undefined) skip(reason);
      const user = await ordinaryUser({ range });
      onTestFinished(() => user[Symbol.asyncDispose]());
      const root = await rootOf(user, bench);
      const giving = lacks.includes('filter') ? '' : 'chown 33:33 /srv;';
      const script = `id -u; ${giving} stat -c %u /srv; grep -E "^(CapEff|NoNewPrivs|Seccomp|SigIgn):" /proc/self/status; ls /proc/self/fd; kill -15 $$`;
      const spec = await bench.spec(['sh', '-c', script], { root, ids: range ? 'full' : 'single' });
      const ended = await endOfClient(startClient({ module, spec, passing: [] }, user));
      const own = await bench.run(['sh', '-c', script], { ids: range ? 'full' : 'single' });

      expect(ended).toEqual({
        code: 143,
        stderr: '',
        stdout: expect.stringMatching(range ? /^0\n33\n/u : /^0\n0\n/u) as string,
      });
      expect(ended.stdout).toBe(own.stdout);
    },
  );
}

/** The suite's layer as a directory of that user. */
async function rootOf(user: OrdinaryUser, { spec }: BackendBench): Promise<SandboxRoot> {
  const { root } = await spec(['true']);
  if (root.kind !== 'layers') return root;
  const home = await mkdtemp(join(tmpdir(), 'karapace-user-'));
  onTestFinished(() => runAsRoot('rm', '-rf', home));
  await chmod(home, 0o755);
  const layer = join(home, 'layer');
  await cp(root.lower[0] ?? '', layer, { recursive: true, verbatimSymlinks: true });
  await runAsRoot('chown', '-R', `${user.uid}:${user.uid}`, layer);
  return { ...root, lower: [layer] };
}

async function runAsRoot(...command: readonly string[]): Promise<void> {
  const [program = '', ...args] = [...asRoot(), ...command];
  await promisify(execFile)(program, args);
}
