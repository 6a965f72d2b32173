import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { fetchArchive, keepArchive } from '../build/fetch-archive.ts';
import { openHttpClient } from '../build/http-client.ts';
import type { ArchivePin } from '../contracts/lock.ts';
import type { BuildContext, ResolveContext, ToolRun } from '../contracts/tool-context.ts';
import { openStore } from '../store/open-store.ts';
import { namespaceCommand, runSandboxed } from './sandboxed-run.ts';

/** Everything an image source or a package manager is given, without a backend. */
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
  /** What the plugin's tap of `openArchive` does. */
  readonly openArchive?:
    | ((archive: ArchivePin, http: ResolveContext['http']) => Promise<Readable | undefined>)
    | undefined;
  /** Default false. */
  readonly offline?: boolean | undefined;
}

/** Real sandboxes, real downloads and a store of its own for the tests of image sources and package managers. */
export async function createTestTools(options: TestToolsOptions = {}): Promise<TestTools> {
  const { parent = '/var/tmp', environment = {}, offline = false } = options;
  const directory = await mkdtemp(join(parent, 'karapace-tools-'));
  const { signal } = new AbortController();
  const messages: string[] = [];
  const runs: ToolRun[] = [];
  const make = () => mkdtemp(join(directory, 'scratch-'));
  const pending = new Map<string, Promise<unknown>>();
  const http = openHttpClient({ offline, signal });
  const store = await openToolStore(directory);
  const { archives, trees } = store;

  /** One by one: a burst of connections is what firewalls drop. */
  async function fetchAll(wanted: readonly ArchivePin[]): Promise<void> {
    const openArchive = async (archive: ArchivePin) => options.openArchive?.(archive, http);
    for (const archive of wanted) {
      if (await archives.has(archive)) continue;
      await fetchArchive(archive, { archives, openArchive, http, offline, signal, onBytes: () => undefined });
    }
  }

  return {
    ids: 'full',
    signal,
    scratch: directory,
    messages,
    runs,
    make,
    http,
    keep: (archive, content) => keepArchive(archive, content, { archives, http, signal }),
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
      await fetchAll(files.map(({ archive }) => archive));
      await archives.place(files, place);
      return place;
    },
    unpack: async (wanted, target) => {
      await fetchAll(wanted);
      await trees.unpack(wanted, { ...target, ids: 'full' });
    },
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await store.close();
      await remove(directory, signal);
    },
  };
}

function openToolStore(directory: string) {
  const user = process.getuid?.() === 0 ? [] : namespaceCommand([]);
  return openStore(join(directory, 'store'), {
    idSpace: async (ids) => ({ ids, description: 'test', wrap: (command) => [...user, ...command] }),
  });
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

async function makeDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  return directory;
}
