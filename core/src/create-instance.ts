import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { PolicyPlaces } from './contracts/policy.ts';
import type { Store } from './contracts/store.ts';
import type { Instance } from './instance.ts';
import { forkHooks } from './plugin/fork-hooks.ts';
import { createHooks, type Hooks } from './plugin/hooks.ts';
import { applyPlugins, loadPlugins, type PluginsBefore } from './plugin/load-plugins.ts';
import { openBackend } from './plugin/open-plugins.ts';
import { provideBackends } from './plugin/provide-backends.ts';
import { openStore } from './store/open-store.ts';

export interface KarapaceOptions {
  /** Absolute path; made by the first build. */
  readonly storeRoot: string;
  /** Package names, paths or plugins; the built-in ones come through this door, too. */
  readonly plugins: readonly unknown[];
  /** Package names or paths of what only builds need, image sources and the like: loaded before the first project is read. Default: none. */
  readonly sources?: readonly string[] | undefined;
  /** Package names or paths of plugins by the backend that they provide: each is loaded when its backend is first opened. Default: none. */
  readonly backends?: Readonly<Record<string, string>> | undefined;
  /** File URLs from which package names in `plugins` are resolved. */
  readonly pluginBases: readonly string[];
  /** Default: `/etc/karapace/policy.toml`, and no file of the user's own. */
  readonly policies?: PolicyPlaces | undefined;
}

/** An instance that ends what it opened. */
export type OwnInstance = Instance & AsyncDisposable;

/** A program that says nothing of policies still obeys the machine's. */
const NO_POLICIES: PolicyPlaces = { system: '/etc/karapace/policy.toml', user: undefined, home: undefined };

export async function createInstance(options: KarapaceOptions): Promise<OwnInstance> {
  const hooks = createHooks();
  provideBackends(hooks, options.backends ?? {}, options.pluginBases);
  const builtIn = new Map<string, unknown>();
  const applied = new Map<string, unknown>();
  const load = async (specifiers: readonly unknown[]): Promise<void> => {
    const plugins = await loadPlugins(specifiers, options.pluginBases);
    for (const [name, origin] of applyPlugins(plugins, { hooks }, { applied, builtIn })) builtIn.set(name, origin);
  };
  await load(options.plugins);
  let sources: Promise<void> | undefined;
  const add = pluginAdder(options, hooks, () => ({ applied, builtIn }));
  const stores = openStores(options, hooks);
  const instance: OwnInstance = {
    hooks,
    plugins: hooks,
    async addPlugins(specifiers, directory) {
      await (sources ??= load(options.sources ?? []));
      await add(specifiers, directory);
    },
    policies: options.policies ?? NO_POLICIES,
    store: (backend) => stores.get(backend),
    fork: () => forkInstance({ options, instance, before: { applied, builtIn } }),
    [Symbol.asyncDispose]: () => stores.close(),
  };
  return instance;
}

interface Origin {
  readonly options: KarapaceOptions;
  readonly instance: Instance;
  readonly before: PluginsBefore;
}

/** What it adds is its own; what taps the original sees and decides everything here, too. */
function forkInstance({ options, instance, before }: Origin): OwnInstance {
  const hooks = forkHooks(instance.hooks);
  const stores = openStores(options, hooks);
  let own: PluginsBefore | undefined;
  const add = pluginAdder(options, hooks, () => (own ??= { ...before, applied: new Map(before.applied) }));
  let hasOwn = false;
  const fork: OwnInstance = {
    hooks,
    get plugins() {
      return hasOwn ? hooks : instance.plugins;
    },
    async addPlugins(specifiers, directory) {
      await instance.addPlugins([], directory);
      if (specifiers.length === 0) return;
      hasOwn = true;
      await add(specifiers, directory);
    },
    policies: instance.policies,
    store: (backend) => (hasOwn ? stores.get(backend) : instance.store(backend)),
    fork: instance.fork,
    [Symbol.asyncDispose]: () => stores.close(),
  };
  return fork;
}

function pluginAdder(
  { pluginBases }: KarapaceOptions,
  hooks: Hooks,
  before: () => PluginsBefore,
): Instance['addPlugins'] {
  return async (specifiers, directory) => {
    const bases = [pathToFileURL(path.join(directory, 'karapace.toml')).href, ...pluginBases];
    applyPlugins(await loadPlugins(specifiers, bases), { hooks }, before());
  };
}

/** One per backend: the backend knows how the ids are reached that its trees are owned by. */
function openStores({ storeRoot }: KarapaceOptions, hooks: Hooks) {
  const stores = new Map<string, Promise<Store>>();
  return {
    get(backend: string): Promise<Store> {
      const opened =
        stores.get(backend) ??
        openStore(storeRoot, {
          idSpace: async (ids) => (await openBackend(hooks, backend)).idSpace(ids),
          onWait: (holder) => hooks.waitStarted.call(`waiting for ${holder}, which changes the store`),
        });
      stores.set(backend, opened);
      return opened;
    },
    async close(): Promise<void> {
      for (const store of await Promise.allSettled(stores.values())) {
        if (store.status === 'fulfilled') await store.value.close();
      }
    },
  };
}
