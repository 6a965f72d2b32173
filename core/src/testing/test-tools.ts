import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ArchivePin } from '../contracts/lock.ts';
import type { BuildContext, ResolveContext, ToolRun } from '../contracts/tool-context.ts';
import { runSandboxed } from './sandboxed-run.ts';

/** Everything an image source or a package manager is given, without a store and without a backend. */
export interface TestTools extends ResolveContext, BuildContext, AsyncDisposable {
  /** Makes an empty directory owned by id 0. */
  make(): Promise<string>;
  /** What `progress` was told. */
  readonly messages: readonly string[];
  /** Every run so far. */
  readonly runs: readonly ToolRun[];
}

export interface TestToolsOptions {
  /** Where a directory is made that holds all of it: on a disk, as stores are, with room for a few images. */
  readonly parent?: string | undefined;
  /** Merged over every run's environment: to see how a plugin meets a machine that lacks something. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Real sandboxes and real downloads for the tests of image sources and package managers. */
export async function createTestTools({
  parent = '/var/tmp',
  environment = {},
}: TestToolsOptions = {}): Promise<TestTools> {
  const directory = await mkdtemp(join(parent, 'karapace-tools-'));
  const { signal } = new AbortController();
  const messages: string[] = [];
  const runs: ToolRun[] = [];
  const make = () => mkdtemp(join(directory, 'scratch-'));
  const pending = new Map<string, Promise<unknown>>();
  return {
    ids: 'full',
    signal,
    scratch: directory,
    messages,
    runs,
    make,
    run: async (run) => {
      runs.push(run);
      return runSandboxed({ ...run, environment: { ...run.environment, ...environment } }, directory, signal);
    },
    cache: async (name) => makeDirectory(join(directory, 'cache', name)),
    exclusive: async (name, action) => {
      const result = (pending.get(name) ?? Promise.resolve()).then(action, action);
      pending.set(name, result);
      return result;
    },
    progress: (message) => void messages.push(message),
    archives: async (files) => {
      const place = await make();
      // One by one: a burst of connections is what firewalls drop.
      for (const { archive, name } of files) await copyFile(await fetchArchive(archive, directory), join(place, name));
      return place;
    },
    [Symbol.asyncDispose]: async () => remove(directory, signal),
  };
}

/** By id 0, because other ids own what is in an image. */
async function remove(directory: string, signal: AbortSignal): Promise<void> {
  const mounts = [{ source: directory, target: '/tree', readOnly: false }];
  await runSandboxed(
    { root: { kind: 'tools' }, command: ['find', '/tree', '-mindepth', '1', '-delete'], mounts },
    directory,
    signal,
  );
  await rm(directory, { recursive: true });
}

/** Downloads into the directory once. */
async function fetchArchive({ url, sha256 }: ArchivePin, directory: string): Promise<string> {
  const file = join(await makeDirectory(join(directory, 'archives')), sha256);
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return file;
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== sha256) throw new Error(`${url} has the digest ${digest} and not ${sha256}`);
  const temporary = join(await mkdtemp(join(directory, 'download-')), 'archive');
  await writeFile(temporary, bytes);
  await rename(temporary, file);
  return file;
}

async function makeDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  return directory;
}
