import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { unpackMockArchive } from './mock-image-source.ts';
import type { MockRoot } from './mock-root.ts';

export interface MockProcess {
  readonly root: MockRoot;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly signal: AbortSignal;
  readonly stdin: Readable;
  print(bytes: Buffer): Promise<void>;
  complain(bytes: Buffer): Promise<void>;
}

type Command = (args: readonly string[], self: MockProcess) => Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['true', async () => 0],
  ['false', async () => 1],
  ['exit', async ([code = '0']) => Number(code) & 0xff],
  ['echo', (args, self) => say(self, `${args.join(' ')}\n`)],
  ['pwd', (_args, self) => say(self, `${self.workingDirectory}\n`)],
  [
    'env',
    (_args, self) =>
      say(
        self,
        Object.entries(self.environment)
          .map(([key, value]) => `${key}=${value}\n`)
          .toSorted()
          .join(''),
      ),
  ],
  ['cat', cat],
  ['ls', list],
  ['write', write],
  ['sleep', pause],
  ['sh', shell],
  ['mock-install', install],
]);

/** Runs one command line and gives its exit code. */
export async function runMockCommand(command: readonly string[], self: MockProcess): Promise<number> {
  const [word = '', ...args] = command;
  const name = path.posix.basename(word);
  const builtIn = COMMANDS.get(name);
  if (builtIn !== undefined) return builtIn(args, self);
  const script = await self.root.read(`/usr/bin/${name}`);
  if (script === undefined) return complain(self, `${word}: not found`, 127);
  return say(self, script.toString('utf8').replace(/^#!mock\n/u, ''));
}

async function say(self: MockProcess, text: string): Promise<number> {
  await self.print(Buffer.from(text));
  return 0;
}

async function complain(self: MockProcess, text: string, code: number): Promise<number> {
  await self.complain(Buffer.from(`mock: ${text}\n`));
  return code;
}

async function cat(files: readonly string[], self: MockProcess): Promise<number> {
  if (files.length === 0) {
    for await (const chunk of self.stdin) await self.print(Buffer.from(chunk as Buffer));
    return 0;
  }
  for (const file of files) {
    const bytes = await self.root.read(path.posix.resolve(self.workingDirectory, file));
    if (bytes === undefined) return complain(self, `cat: ${file}: no such file`, 1);
    await self.print(bytes);
  }
  return 0;
}

async function list([directory = '.']: readonly string[], self: MockProcess): Promise<number> {
  const found = self.root.find(path.posix.resolve(self.workingDirectory, directory));
  if (found === undefined) return complain(self, `ls: ${directory}: no such directory`, 1);
  return say(
    self,
    (await readdir(found))
      .toSorted()
      .map((name) => `${name}\n`)
      .join(''),
  );
}

async function write([file, ...words]: readonly string[], self: MockProcess): Promise<number> {
  if (file === undefined) return complain(self, 'write: give a file and a text', 2);
  try {
    const isWritten = await self.root.write(path.posix.resolve(self.workingDirectory, file), `${words.join(' ')}\n`);
    return isWritten ? 0 : await complain(self, `write: ${file}: read-only file system`, 1);
  } catch (error) {
    // As a program would: that the disk fails under it is no mistake of the backend.
    return complain(self, `write: ${file}: ${error instanceof Error ? error.message : String(error)}`, 1);
  }
}

async function pause([seconds = '0']: readonly string[], self: MockProcess): Promise<number> {
  await sleep(Number(seconds) * 1000, undefined, { signal: self.signal }).catch(() => undefined);
  return 0;
}

/** `sh -c` with commands between `;` and `&&`; anything else a shell can do is refused. Without `-c` it reads lines. */
async function shell(args: readonly string[], self: MockProcess): Promise<number> {
  const at = args.indexOf('-c');
  const script = at === -1 ? await readAll(self.stdin) : (args[at + 1] ?? '');
  let code = 0;
  for (const line of script.split(/;|\n|(?=&&)/u)) {
    const isConditional = line.startsWith('&&');
    const words = line.replace(/^&&/u, '').trim().split(/\s+/u).filter(Boolean);
    if (words.length === 0 || (isConditional && code !== 0)) continue;
    if (words[0] === 'exit') return Number(words[1] ?? code) & 0xff;
    code = await runMockCommand(words, self);
  }
  return code;
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}

async function install(names: readonly string[], { root }: MockProcess): Promise<number> {
  const archives = root.find('/run/karapace/archives');
  if (archives === undefined || root.upper === undefined) return 1;
  for (const name of names) await unpackMockArchive(path.join(archives, name), root.upper);
  return 0;
}
