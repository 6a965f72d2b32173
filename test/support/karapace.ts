import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIN = path.join(ROOT, 'plugins/frontend-cli/bin/karapace.js');
const EXAMPLES = path.join(ROOT, 'examples');

export interface RunOptions {
  readonly store: string;
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | Buffer | undefined;
  /** Put before the command line: `unshare -rn`, `runuser -u …`. */
  readonly prefix?: readonly string[] | undefined;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a person starts it, with nothing of the tests' own environment. */
export function startKarapace(args: readonly string[], { store, cwd, env, prefix = [] }: RunOptions): ChildProcess {
  const [program = '', ...rest] = [...prefix, process.execPath, BIN, '--store', store, ...args];
  const { PATH = '', HOME = '' } = process.env;
  return spawn(program, rest, { cwd: cwd ?? ROOT, env: { PATH, HOME, ...env }, stdio: 'pipe' });
}

export async function karapace(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = startKarapace(args, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => resolve(ended));
  });
  return { code, signal, stdout: (await stdout).toString(), stderr: (await stderr).toString() };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What the tests read of a record that `--json` prints. */
export interface PrintedRecord {
  readonly env_id: string;
  readonly short_id: string;
  readonly name: string;
  readonly status: string;
  readonly layers: readonly { readonly name: string; readonly tree: string; readonly reused: boolean }[];
}

/** Runs `--json` and gives the record; a failed run is thrown with what it said. */
export function karapaceJson(args: readonly string[], options: RunOptions): Promise<PrintedRecord> {
  return runJson<PrintedRecord>(args, options);
}

export function listJson(options: RunOptions): Promise<readonly PrintedRecord[]> {
  return runJson<readonly PrintedRecord[]>(['list'], options);
}

async function runJson<T>(args: readonly string[], options: RunOptions): Promise<T> {
  const { code, stdout, stderr } = await karapace(['--json', ...args], options);
  if (code !== 0) throw new Error(`karapace ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

export interface Workplace {
  readonly directory: string;
  readonly store: string;
  /** Writes `<name>/karapace.toml` and gives its path. */
  manifest(text: string, name?: string): Promise<string>;
  /** Copies an example so that its lock is written outside the repository. */
  example(name: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A directory with an empty store and room for manifests. */
export async function openWorkplace(): Promise<Workplace> {
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  // As `npm install` would have done for a project that imports `defineConfig`.
  await mkdir(path.join(directory, 'node_modules/@karapace'), { recursive: true });
  await symlink(path.join(ROOT, 'core'), path.join(directory, 'node_modules/@karapace/core'));
  return {
    directory,
    store: path.join(directory, 'store'),
    async manifest(text, name = 'project') {
      await mkdir(path.join(directory, name), { recursive: true });
      const file = path.join(directory, name, 'karapace.toml');
      await writeFile(file, text);
      return file;
    },
    async example(name) {
      const copy = path.join(directory, name);
      await cp(path.join(EXAMPLES, name), copy, { recursive: true });
      return copy;
    },
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}
