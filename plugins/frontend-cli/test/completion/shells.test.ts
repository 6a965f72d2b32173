import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { MANIFEST } from '../mock-manifests.ts';
import { makeSandbox, pathWithKarapace, runKarapace, type Sandbox } from '../run-karapace.ts';

let box: Sandbox;
let snapshot: string;

beforeAll(async () => {
  box = await makeSandbox();
  Object.assign(box.environment, { PATH: await pathWithKarapace(box), TERM: 'dumb' });
  await writeFile(path.join(box.folder, 'karapace.toml'), MANIFEST);
  await run('build', '--name', 'my-dev');
  await run('exec', 'my-dev', '--', 'write', '/root/note', 'kept');
  snapshot = (JSON.parse((await run('commit', 'my-dev', '--json')).stdout) as { snapshot_id: string }).snapshot_id;
});
afterAll(() => box[Symbol.asyncDispose]());

const run = (...args: string[]) => runKarapace(args, { cwd: box.folder, environment: box.environment });

async function inShell(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: box.folder, env: box.environment });
  return stdout;
}

/** What each shell proposes for a line, as it itself computes it. */
const PROPOSE: Readonly<Record<string, (line: string) => Promise<string>>> = {
  bash: (line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    return inShell('bash', [
      '--norc',
      '-c',
      `eval "$(karapace completions bash)"; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _karapace; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
  },
  // The line editor runs in a terminal of its own; what it would list is printed instead.
  zsh: (line) =>
    inShell('zsh', [
      '-f',
      '-c',
      `autoload -Uz compinit && compinit -u -D; eval "$(karapace completions zsh)"
       _describe() { printf '%s\\n' "\${(@P)2}" }; _files() { print -l files }
       words=(\${(s: :)1}); [[ $1 != *' ' ]] || words+=(''); CURRENT=$#words; _karapace`,
      'zsh',
      line,
    ]),
  fish: (line) => inShell('fish', ['--no-config', '-c', `karapace completions fish | source; complete -C '${line}'`]),
};

describe.each(Object.entries(PROPOSE))('%s', (_, propose) => {
  test('completes commands and options', async () => {
    expect(await propose('karapace resto')).toContain('restore');
    expect(await propose('karapace build --lock')).toContain('--locked');
  });

  test('completes what there is: environments, snapshots, templates, packages', async () => {
    expect(await propose('karapace enter my')).toContain('my-dev');
    expect(await propose('karapace restore my-dev ')).toContain(snapshot.slice(0, 12));
    expect(await propose('karapace new x --template rust')).toContain('rust-dev');
    expect(await propose('karapace remove g')).toContain('git');
  });
});

test('a store that cannot be read proposes nothing, and says so to nobody', async () => {
  const environment = { ...box.environment, KARAPACE_STORE: '/proc/1/nothing' };
  const { stdout } = await promisify(execFile)(
    'bash',
    [
      '--norc',
      '-c',
      'eval "$(karapace completions bash)"; COMP_WORDS=(karapace enter ""); COMP_CWORD=2; _karapace 2>&1; echo "${#COMPREPLY[@]}"',
    ],
    { cwd: box.folder, env: environment },
  );
  expect(stdout).toBe('0\n');
});

test('nushell gets a module with one external command', async () => {
  const { stdout } = await run('completions', 'nushell');

  expect(stdout).toContain('export extern "karapace" [');
  for (const [open, close] of ['{}', '[]', '()'])
    expect(stdout.split(open ?? '').length).toBe(stdout.split(close ?? '').length);
});

test('another shell is a mistake, with the nearest that there is', async () => {
  expect((await run('completions', 'bsh')).stderr).toContain('Did you mean `bash`?');
});
