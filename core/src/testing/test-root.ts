import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export interface TestRoot {
  /** A layer: directory of a small root file system. */
  readonly directory: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const PROGRAMS = [
  'bash',
  'cat',
  'chmod',
  'chown',
  'cp',
  'dd',
  'dirname',
  'echo',
  'env',
  'false',
  'grep',
  'head',
  'hostname',
  'id',
  'kill',
  'ln',
  'ls',
  'mkdir',
  'mkfifo',
  'mknod',
  'mount',
  'mv',
  'nproc',
  'perl',
  'ps',
  'pwd',
  'readlink',
  'rm',
  'sed',
  'setpriv',
  'sh',
  'sleep',
  'sort',
  'stat',
  'stty',
  'touch',
  'tr',
  'true',
  'tty',
  'umount',
  'unshare',
  'wc',
];

const FILES: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nshadow:x:42:\nnogroup:x:65534:\n',
  'etc/shadow': 'root:*:19000:0:99999:7:::\n',
  'etc/os-release': 'ID=karapace-test\n',
};

const DIRECTORIES = ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'srv', 'sys', 'tmp', 'usr', 'var/lib'];

/**
 * Makes a root file system of a shell, the usual small programs of this machine and their libraries: a layer to run
 * things in, without network and in a moment.
 *
 * @param parent where the directory is made; the default is the system's directory for temporary files
 */
export async function makeTestRoot(parent: string = tmpdir()): Promise<TestRoot> {
  const directory = await mkdtemp(join(parent, 'karapace-root-'));
  await chmod(directory, 0o755);
  for (const name of DIRECTORIES) await mkdir(join(directory, name), { recursive: true });
  await symlink('../bin', join(directory, 'usr/bin'));
  const programs = PROGRAMS.map(findProgram).filter((program) => program !== undefined);
  for (const program of programs) await copyProgram(program, join(directory, 'bin', basename(program)));
  for (const library of new Set(programs.flatMap(librariesOf))) await copyProgram(library, join(directory, library));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text, { mode: 0o644 });
  await chmod(join(directory, 'etc/shadow'), 0o640);
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin']
    .map((directory) => `${directory}/${name}`)
    .find((file) => existsSync(file));
}

async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o755);
}

function librariesOf(program: string): readonly string[] {
  const listed = execFileSync('/bin/sh', ['-c', 'ldd "$1" 2>/dev/null || true', 'sh', program], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/gu)].map((match) => match[1] ?? '');
}
